// The agent's copy and removal of trees and its confined paths, compiled for this computer.
import { execFileSync, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { makeLongPath, makeRandomTree } from "./test/random-tree.ts";
import {
  canRunTreeProgram,
  makeTemporaryDirectory,
  openTreeProgram,
  type TreeProgram,
} from "./test/tree-program.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

describe.skipIf(!canRunTreeProgram())("the agent's trees", () => {
  let program: TreeProgram;
  let directory: string;
  beforeAll(() => {
    program = openTreeProgram();
  });
  beforeEach(() => {
    directory = makeTemporaryDirectory();
  });
  afterEach(() => execFileSync("rm", ["-rf", directory]));
  const at = (...path: string[]) => join(directory, ...path);

  describe("confined_open()", () => {
    beforeEach(() => {
      fs.mkdirSync(at("root/inside"), { recursive: true });
      fs.writeFileSync(at("root/inside/file"), "inside");
      fs.writeFileSync(at("secret"), "outside");
    });
    const open = (path: string) => program.run(["open", at("root"), path]);

    it.each([
      ["an absolute link", "/inside/file"],
      ["a relative link", "inside/file"],
      ["a link that climbs too far", "../../../../../../../inside/file"],
    ])("resolves %s inside the root", (_name, target) => {
      fs.symlinkSync(target, at("root/link"));
      expect(open("link").stdout.toString()).toBe("inside");
      expect(open("/inside/../link").stdout.toString()).toBe("inside");
    });

    it("finds nothing outside the root", () => {
      fs.symlinkSync(at("secret"), at("root/absolute"));
      fs.symlinkSync("../secret", at("root/relative"));
      fs.symlinkSync("..", at("root/inside/up"));
      for (const path of ["absolute", "relative", "../secret", "inside/up/../secret", at("secret")]) {
        expect(open(path).stderr.toString()).toBe("ENOENT \n");
      }
    });

    it("refuses magic links", () => {
      const { stderr } = program.run(["open", "/proc/self", "root/etc/passwd"]);
      expect(stderr.toString()).toBe("ELOOP \n");
    });

    it("opens paths that are longer than the kernel takes", () => {
      program.must(["deep", at("root"), "1000"]);
      const path = `${"level/".repeat(1000)}../file`;
      expect(open(path).stdout.readInt32LE(0)).toBe(999);
      expect(open(`${"level/".repeat(1000)}../../file`).stdout.readInt32LE(0)).toBe(998);
      expect(open(`${"level/".repeat(1001)}file`).stderr.toString()).toBe("ENOENT \n");
    });

    it("opens plainly when the root is the guest's own", () => {
      fs.symlinkSync(at("secret"), at("root/link"));
      expect(program.must(["open", "", at("root/link")]).toString()).toBe("outside");
      expect(program.must(["open", "/", at("root/link").slice(1)]).toString()).toBe("outside");
    });
  });

  describe("tree_remove()", () => {
    it("removes files, links and trees, and nothing behind a link", () => {
      makeRandomTree(program, at("tree"), { seed: "remove", nodes: 80, subSecondTimes: true, xattrs: true });
      fs.mkdirSync(at("kept"));
      fs.writeFileSync(at("kept/file"), "");
      fs.symlinkSync(at("kept"), at("tree/link"));
      fs.symlinkSync(at("kept"), at("link"));
      for (const name of ["tree", "link"]) program.must(["remove", at(name)]);
      expect(fs.readdirSync(directory)).toEqual(["kept"]);
      expect(fs.readdirSync(at("kept"))).toEqual(["file"]);
    });

    it("takes a missing path as removed, but not a path without a name", () => {
      program.must(["remove", at("missing")]);
      program.must(["remove", at("missing/too")]);
      for (const path of [`${directory}/.`, `${directory}/a/..`, ""]) {
        expect(program.run(["remove", path]).stderr.toString()).toMatch(/^EINVAL/);
      }
    });

    it("removes a tree of 2,000 levels", () => {
      fs.mkdirSync(at("tree"));
      program.must(["deep", at("tree"), "2000"]);
      program.must(["remove", at("tree")]);
      expect(fs.readdirSync(directory)).toEqual([]);
    });

    it("removes a directory of many names", () => {
      fs.mkdirSync(at("tree"));
      for (let i = 0; i < 5000; i++) fs.writeFileSync(at(`tree/${i}-${"n".repeat(100)}`), "");
      program.must(["remove", at("tree")]);
      expect(fs.readdirSync(directory)).toEqual([]);
    });

    it.each(["mount -t tmpfs none", `mount --bind "$1/kept"`])("leaves what `%s` mounts", (mount) => {
      fs.mkdirSync(at("tree/a/mounted"), { recursive: true });
      fs.writeFileSync(at("tree/file"), "");
      fs.mkdirSync(at("kept"));
      const script = `${mount} "$1/tree/a/mounted" || exit 77
        touch "$1/tree/a/mounted/file"
        "$2" remove "$1/tree" && exit 1
        ls -R "$1/tree" && umount "$1/tree/a/mounted" && "$2" remove "$1/tree"`;
      const result = spawnSync("unshare", ["-m", "sh", "-c", script, "sh", directory, program.path]);
      if (result.status === 77 || result.error) return; // mounts are not allowed here
      expect(result.stderr.toString()).toBe("EBUSY \n");
      expect(result.stdout.toString()).toContain("mounted:\nfile\n");
      expect(
        result.stdout
          .toString()
          .split("\n")
          .filter((line) => line === "file"),
      ).toHaveLength(1);
      expect(fs.existsSync(at("tree"))).toBe(false);
    });
  });

  describe("tree_copy()", () => {
    it.each(["1", "2", "3"])("copies a random tree with all that belongs to it (%s)", (seed) => {
      makeRandomTree(program, at("root/from"), { seed, nodes: 150, subSecondTimes: true, xattrs: true });
      program.must(["copy", at("root"), "from", at("to")]);
      expect(program.list(at("to"))).toEqual(program.list(at("root/from")));
      expect(program.list(at("root/from")).length).toBeGreaterThan(50);
    });

    it("gives the target the directory's own attributes", () => {
      fs.mkdirSync(at("from"));
      fs.chownSync(at("from"), 70, 71);
      fs.chmodSync(at("from"), 0o1777);
      fs.mkdirSync(at("to"));
      program.must(["copy", directory, "from", at("to")]);
      expect(fs.statSync(at("to"))).toMatchObject({ uid: 70, gid: 71, mode: 0o41777 });
    });

    it("keeps holes", () => {
      fs.mkdirSync(at("from"));
      fs.writeFileSync(at("from/file"), "start");
      fs.truncateSync(at("from/file"), 1 << 30);
      fs.appendFileSync(at("from/file"), "end");
      program.must(["copy", directory, "from", at("to")]);
      const { size, blocks } = fs.statSync(at("to/file"));
      expect(size).toBe((1 << 30) + 3);
      expect(blocks * 512).toBeLessThan(1 << 20);
    });

    it("copies paths longer than PATH_MAX", () => {
      fs.mkdirSync(at("from"));
      program.must(["deep", at("from"), "1000"]);
      makeLongPath(at("from"), 55);
      program.must(["copy", directory, "from", at("to")]);
      expect(program.list(at("to"))).toEqual(program.list(at("from")));
    });

    it("merges directories, replaces the rest, and writes through no link of the target", () => {
      fs.mkdirSync(at("from/directory"), { recursive: true });
      fs.writeFileSync(at("from/directory/new"), "new");
      fs.writeFileSync(at("from/file"), "new");
      fs.mkdirSync(at("from/linked"));
      fs.writeFileSync(at("from/linked/file"), "new");
      fs.mkdirSync(at("to/directory"), { recursive: true });
      fs.writeFileSync(at("to/directory/old"), "old");
      fs.mkdirSync(at("outside"));
      fs.writeFileSync(at("outside/file"), "outside");
      fs.symlinkSync(at("outside/file"), at("to/file"));
      fs.symlinkSync(at("outside"), at("to/linked"));
      program.must(["copy", directory, "from", at("to")]);
      expect(fs.readdirSync(at("to/directory")).sort()).toEqual(["new", "old"]);
      expect(fs.readFileSync(at("to/file"), "utf8")).toBe("new");
      expect(fs.readFileSync(at("outside/file"), "utf8")).toBe("outside");
      expect(fs.lstatSync(at("to/linked")).isDirectory()).toBe(true);
    });

    it("does not copy the target into itself", () => {
      fs.mkdirSync(at("a"));
      program.must(["copy", directory, "/", at("to")]);
      expect(fs.readdirSync(at("to"))).toEqual(["a"]);
    });

    it("leaves out sockets and overlayfs's own attributes", () => {
      fs.mkdirSync(at("from"));
      program.must(["socket", at("from")]);
      fs.mkdirSync(at("from/opaque"));
      program.must(["xattr", at("from/opaque"), "trusted.overlay.opaque", "79"]);
      program.must(["copy", directory, "from", at("to")]);
      expect(fs.readdirSync(at("to"))).toEqual(["opaque"]);
      expect(program.list(at("to"))[0]).not.toContain("overlay");
    });

    it("says what it cannot copy", () => {
      fs.mkdirSync(at("from/name"), { recursive: true });
      fs.mkdirSync(at("to/name"), { recursive: true });
      fs.writeFileSync(at("to/name/file"), "");
      fs.rmdirSync(at("from/name"));
      fs.writeFileSync(at("from/name"), "");
      expect(program.run(["copy", directory, "from", at("to")]).stderr.toString()).toBe(
        'EISDIR Cannot copy "name": Is a directory\n',
      );
      expect(program.run(["copy", directory, "missing", at("to")]).stderr.toString()).toBe(
        'ENOENT Cannot open "missing": No such file or directory\n',
      );
    });
  });
});
