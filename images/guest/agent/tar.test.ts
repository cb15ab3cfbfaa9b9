// The agent's tar streams against GNU tar, in both directions.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { makeArchive, paxHeader } from "./test/make-archive.ts";
import { makeLongPath, makeRandomTree } from "./test/random-tree.ts";
import {
  canRunTreeProgram,
  makeTemporaryDirectory,
  openTreeProgram,
  type TreeProgram,
} from "./test/tree-program.ts";

const seeds = ["one", "two", "three"];

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

describe.skipIf(!canRunTreeProgram())("the agent's tar streams", () => {
  let program: TreeProgram;
  let directory: string;
  beforeAll(() => {
    program = openTreeProgram();
  });
  beforeEach(() => {
    directory = makeTemporaryDirectory();
    fs.mkdirSync(at("to"));
  });
  afterEach(() => execFileSync("rm", ["-rf", directory]));
  const at = (...path: string[]) => join(directory, ...path);
  const tar = (args: readonly string[], input?: Uint8Array) =>
    execFileSync("tar", args, {
      input: input ?? "",
      maxBuffer: 256 << 20,
      stdio: ["pipe", "pipe", "ignore"],
    });
  const names = (archive: Uint8Array) => tar(["-tf", "-"], archive).toString().split("\n").filter(Boolean);

  describe("tar_out()", () => {
    it.each(seeds)("is read by GNU tar with nothing lost (%s)", (seed) => {
      makeRandomTree(program, at("from"), { seed, nodes: 150, subSecondTimes: true, xattrs: true });
      makeLongPath(at("from"), 5);
      const archive = program.must(["tar-out", directory, "from/."]);
      tar(["-xpf", "-", "--numeric-owner", "--xattrs", "--xattrs-include=*", "-C", at("to")], archive);
      expect(program.list(at("to"))).toEqual(program.list(at("from")));
    });

    it("is without content when it is hollow, and with everything else", () => {
      makeRandomTree(program, at("from"), { seed: "hollow", nodes: 100, subSecondTimes: true, xattrs: true });
      fs.writeFileSync(at("from/large"), Buffer.alloc(3_000_000, "x"));
      fs.writeFileSync(at("from/huge"), "");
      fs.truncateSync(at("from/huge"), 2 ** 34);
      const described = (archive: Uint8Array) => tar(["-tvf", "-", "--full-time"], archive).toString();
      const hollow = program.must(["tar-out-hollow", directory, "from/."]);
      expect(hollow.length).toBeLessThan(400_000);
      expect(described(hollow)).toMatch(/17179869184 .*huge\n/);
      fs.rmSync(at("from/huge"));
      expect(described(program.must(["tar-out-hollow", directory, "from/."]))).toBe(
        described(program.must(["tar-out", directory, "from/."])),
      );
    });

    it("names entries after the last component, or ./ for a directory's content", () => {
      fs.mkdirSync(at("root/a/b"), { recursive: true });
      fs.writeFileSync(at("root/a/b/file"), "content");
      fs.symlinkSync("a/b", at("root/link"));
      const out = (path: string) => names(program.must(["tar-out", at("root"), path]));
      expect(out("/a/b")).toEqual(["b/", "b/file"]);
      expect(out("a/b/.")).toEqual(["./", "./file"]);
      expect(out("a/b/file")).toEqual(["file"]);
      expect(out("/").sort()).toEqual(["./", "./a/", "./a/b/", "./a/b/file", "./link"]);
      expect(out("").length).toBe(5);
      expect(out("link")).toEqual(["link"]);
      expect(out("link/")).toEqual(["link/", "link/file"]);
      expect(out("link/.")).toEqual(["./", "./file"]);
      expect(out("link/file")).toEqual(["file"]);
    });

    it("finds nothing outside the root", () => {
      fs.mkdirSync(at("root"));
      fs.writeFileSync(at("secret"), "secret");
      fs.symlinkSync(directory, at("root/link"));
      for (const path of ["link/secret", "../secret", "link/", "link/."]) {
        const { status, stderr, stdout } = program.run(["tar-out", at("root"), path]);
        expect([status, stdout.length]).toEqual([1, 0]);
        expect(stderr.toString()).toBe(`ENOENT Cannot archive "${path}": No such file or directory\n`);
      }
    });

    it("says more than 8 GiB in a record, and ends when nobody reads", async () => {
      fs.writeFileSync(at("huge"), "");
      fs.truncateSync(at("huge"), 2 ** 33);
      // A socket that has something unread in it (most often: ECONNRESET), then a pipe (EPIPE).
      const child = spawn(program.path, ["tar-out", directory, "huge"]);
      const [start] = (await once(child.stdout, "data")) as [Buffer];
      child.stdout.pause();
      await setTimeout(100);
      child.stdout.destroy();
      const [message] = (await once(child.stderr, "data")) as [Buffer];
      const [code] = await once(child, "exit");
      expect(start.toString("latin1", 512, 1024)).toContain("19 size=8589934592\n");
      expect(message.toString()).toBe("EPIPE The reader of the archive is gone\n");
      expect(code).toBe(1);

      const script = '"$0" tar-out "$1" huge | head -c 2000 > /dev/null; exit "${PIPESTATUS[0]}"';
      const piped = spawnSync("bash", ["-c", script, program.path, directory], { encoding: "utf8" });
      expect([piped.stderr, piped.status]).toEqual(["EPIPE The reader of the archive is gone\n", 1]);
    });

    it("keeps to the size in the header when a file changes meanwhile", async () => {
      for (const [name, size] of [
        ["grows", 3_000_000],
        ["shrinks", 1_000_000],
      ] as const) {
        fs.writeFileSync(at("file"), Buffer.alloc(2_000_000, "x"));
        const child = spawn(program.path, ["tar-out", directory, "file"]);
        await once(child.stdout, "readable");
        const parts = [child.stdout.read() as Buffer];
        fs.truncateSync(at("file"), size);
        for await (const part of child.stdout) parts.push(part as Buffer);
        const archive = Buffer.concat(parts);
        const content = tar(["-xOf", "-"], archive);
        expect([name, content.length]).toEqual([name, 2_000_000]);
        expect(content.lastIndexOf("x")).toBe(Math.min(size, 2_000_000) - 1);
      }
    });

    it("leaves out sockets", () => {
      fs.mkdirSync(at("from"));
      program.must(["socket", at("from")]);
      expect(names(program.must(["tar-out", directory, "from"]))).toEqual(["from/"]);
    });
  });

  describe("tar_in()", () => {
    it.each(seeds)("reads GNU tar's pax archives with nothing lost (%s)", (seed) => {
      makeRandomTree(program, at("from"), { seed, nodes: 150, subSecondTimes: true, xattrs: true });
      makeLongPath(at("from"), 5);
      const archive = tar([
        "-cf",
        "-",
        "--format=pax",
        "--xattrs",
        "--xattrs-include=*",
        "-C",
        at("from"),
        ".",
      ]);
      program.must(["tar-in", directory, "to"], archive);
      expect(program.list(at("to"))).toEqual(program.list(at("from")));
    });

    it.each(["gnu", "oldgnu"])("reads GNU tar's own format %s: long names, large numbers", (format) => {
      makeRandomTree(program, at("from"), { seed: format, nodes: 150, subSecondTimes: false, xattrs: false });
      makeLongPath(at("from"), 5);
      execFileSync("find", [at("from"), "-depth", "-exec", "touch", "-hd", "@-77", "{}", ";"]);
      const archive = tar(["-cf", "-", `--format=${format}`, "-C", at("from"), "."]);
      program.must(["tar-in", at("to"), "/"], archive);
      expect(program.list(at("to"))).toEqual(program.list(at("from")));
    });

    it.each(["ustar", "v7"])("reads %s", (format) => {
      fs.mkdirSync(at("from", "d".repeat(60), "e"), { recursive: true });
      if (format === "ustar") fs.writeFileSync(at("from", "d".repeat(60), "e", "f".repeat(90)), "long");
      fs.writeFileSync(at("from/file"), "content");
      fs.linkSync(at("from/file"), at("from/link"));
      execFileSync("find", [at("from"), "-depth", "-exec", "touch", "-hd", "@77", "{}", ";"]);
      program.must(["tar-in", at("to"), ""], tar(["-cf", "-", `--format=${format}`, "-C", at("from"), "."]));
      expect(program.list(at("to"))).toEqual(program.list(at("from")));
    });

    it.each(seeds)("takes back what tar_out() gave (%s)", (seed) => {
      makeRandomTree(program, at("from"), {
        seed: `${seed} back`,
        nodes: 150,
        subSecondTimes: true,
        xattrs: true,
      });
      program.must(["deep", at("from"), "300"]);
      const archive = program.must(["tar-out", at("from"), "/"]);
      program.must(["tar-in", at("to"), "/"], archive);
      expect(program.list(at("to"))).toEqual(program.list(at("from")));
    });

    it("merges directories, replaces the rest, makes what is missing", () => {
      fs.mkdirSync(at("to/directory"));
      fs.writeFileSync(at("to/directory/old"), "old");
      fs.writeFileSync(at("to/file"), "old");
      fs.linkSync(at("to/file"), at("old"));
      const entries = [
        { name: "directory/", type: "5" },
        { name: "directory/new", content: "new" },
        { name: "file", content: "new" },
        { name: "missing/parent/file", content: "new" },
      ];
      program.must(["tar-in", directory, "to"], makeArchive(...entries));
      expect(fs.readdirSync(at("to/directory")).sort()).toEqual(["new", "old"]);
      expect(fs.readFileSync(at("to/file"), "utf8")).toBe("new");
      expect(fs.readFileSync(at("old"), "utf8")).toBe("old");
      expect(fs.statSync(at("to/missing")).mode).toBe(0o40755);
      expect(fs.statSync(at("to/directory")).mtimeMs).toBe(1e12);
    });

    it("goes through the links that are there, inside the root", () => {
      fs.mkdirSync(at("to/usr/lib"), { recursive: true });
      fs.symlinkSync("/usr/lib", at("to/lib"));
      program.must(["tar-in", at("to"), "/"], makeArchive({ name: "lib/x/file", content: "new" }));
      expect(fs.readFileSync(at("to/usr/lib/x/file"), "utf8")).toBe("new");
    });

    it("leaves the directory itself as it is", () => {
      fs.chmodSync(at("to"), 0o1777);
      program.must(["tar-in", directory, "to"], makeArchive({ name: "./", type: "5" }));
      expect(fs.statSync(at("to")).mode).toBe(0o41777);
    });

    it("makes holes of zeros", () => {
      const content = Buffer.alloc(1 << 20);
      content.write("middle", 500_000);
      program.must(["tar-in", directory, "to"], makeArchive({ name: "file", content }));
      expect(fs.readFileSync(at("to/file")).equals(content)).toBe(true);
      expect(fs.statSync(at("to/file")).blocks * 512).toBeLessThan(20_000);
    });

    it("applies records: global, own, and sizes", () => {
      const archive = makeArchive(
        paxHeader({ uid: "70", mtime: "5.25" }, "g"),
        { name: "a" },
        paxHeader({ uid: "3000000000", gid: "71", path: "b", mtime: "-1.5", size: "3", comment: "x=y" }),
        { name: "c", content: "abc", fields: { 124: "00000000000\0" } },
      );
      program.must(["tar-in", directory, "to"], archive);
      const [a, b] = program.list(at("to"));
      expect(a).toMatch(/^a 100644 70:0 size=0 .* time=5\.250000000$/);
      expect(b).toMatch(/^b 100644 3000000000:71 size=3 .* time=-2\.500000000$/);
    });

    it("reads the input to its end", () => {
      const archive = Buffer.concat([makeArchive({ name: "a" }), Buffer.alloc(1 << 20, "rest")]);
      program.must(["tar-in", directory, "to"], archive);
      program.must(["tar-in", directory, "to"], Buffer.alloc(0));
      expect(fs.readdirSync(at("to"))).toEqual(["a"]);
    });
  });
});
