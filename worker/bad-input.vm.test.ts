// Bad input against the real machine: damaged assets, hostile archives, a full disk. Each is a clear error, and nothing half-made stays.

import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { bytesOf, dockerArchive, hex, tarOf, testImage } from "./engine/images/testing/test-archive.ts";
import { parseMachineAssets } from "./machine/machine-assets.ts";
import { nodePlatform } from "./platform-node.ts";
import { tarEntry } from "./tar/tar-entry.ts";
import { ASSETS_FOLDER, RealMachine, useRealMachine } from "./testing/real-machine-node.ts";

const assets = nodePlatform({ assets: ASSETS_FOLDER });
const machine = useRealMachine();
const run = (line: string, stdin?: Uint8Array) => machine().run(line, stdin ? { stdin } : {});
const output = (line: string) => machine().output(line);

/** A machine whose file `name` is what `damage` makes of it. */
function damaged(name: RegExp, damage: (bytes: Uint8Array) => Uint8Array): Promise<RealMachine> {
  return RealMachine.start({
    platform: {
      async readAsset(file, onProgress) {
        const bytes = await assets.readAsset(file, onProgress);
        return (name.test(file) ? damage(bytes) : bytes) as Uint8Array<ArrayBuffer>;
      },
    },
  });
}

const truncate = (bytes: Uint8Array) => bytes.slice(0, bytes.byteLength >> 1);
const flip = (bytes: Uint8Array) => {
  const copy = bytes.slice();
  copy[copy.byteLength >> 1]! ^= 0x10;
  return copy;
};

describe("damaged assets", () => {
  it.each(["v86", "snapshot", "system", "data-disk-16g", "library"])(
    "refuses a truncated or changed %s",
    async (name) => {
      const file = new RegExp(`^${name}-[0-9a-f]+\\.(bin|json|template)$`);
      await expect(damaged(file, truncate)).rejects.toMatchObject({
        code: "corrupt",
        message: expect.stringMatching(new RegExp(`^${name}-\\S+ has \\d+ bytes, not \\d+$`)),
      });
      await expect(damaged(file, flip)).rejects.toMatchObject({
        code: "corrupt",
        message: expect.stringMatching(new RegExp(`^${name}-\\S+ is damaged`)),
      });
    },
  );

  it("refuses a snapshot that is whole but none", async () => {
    const text = new TextDecoder().decode(await assets.readAsset("machine.json"));
    const { sizeBytes } = parseMachineAssets(text).snapshot;
    const garbage = new Uint8Array(sizeBytes).fill(7);
    const digest = Buffer.from(await crypto.subtle.digest("SHA-256", garbage)).toString("hex");
    const lied = JSON.parse(text);
    lied.snapshot.sha256 = `sha256:${digest}`;
    const starting = RealMachine.start({
      platform: {
        readAsset: async (file, onProgress) =>
          file === "machine.json"
            ? (bytesOf(lied) as Uint8Array<ArrayBuffer>)
            : file.startsWith("snapshot")
              ? garbage
              : assets.readAsset(file, onProgress),
      },
    });
    await expect(starting).rejects.toMatchObject({ code: "corrupt" });
  });

  it.each(["", "{", '{"version":1}'])("refuses %j as machine.json", async (text) => {
    await expect(damaged(/^machine\.json$/, () => bytesOf(text))).rejects.toMatchObject({ code: "corrupt" });
  });

  it("names what is missing", async () => {
    const starting = RealMachine.start({ assets: join(tmpdir(), "no-such-folder-of-assets") });
    await expect(starting).rejects.toMatchObject({
      code: "not-found",
      message: expect.stringContaining("machine.json"),
    });
  });

  it.each([
    ["truncated", truncate, 125, /layer sha256:[0-9a-f]{64} cannot be mounted: .*Input\/output error/],
    // The program's own pages cannot be read: SIGBUS, as on a disk with a bad block.
    ["changed", flip, 135, /./],
  ] as const)(
    "fails a run whose image's chunk is %s, and leaves nothing",
    async (_kind, damage, code, words) => {
      const told = vi.spyOn(console, "error").mockImplementation(() => {});
      const other = await damaged(/^busybox-[0-9a-f]+\.bin$/, damage);
      const broken = await other.run("docker run --rm --name broken busybox echo hi");
      expect(broken.stderr).toMatch(words);
      expect(broken.code).toBe(code);
      expect(told).toHaveBeenCalledWith(expect.stringMatching(/^layer disk: read .*busybox-[0-9a-f]+\.bin/));
      // A quiet moment takes down what had begun.
      await expect
        .poll(
          () =>
            other.output(
              "docker ps -aq; ls /run/slipway/containers; ls -d /sys/fs/cgroup/docker/*/ 2>/dev/null; true",
            ),
          { timeout: 60_000, interval: 500 },
        )
        .toBe("");
      expect(await other.output("docker run --rm hello-world | grep -c Hello")).toBe("1");
      await other.end();
      told.mockRestore();
    },
  );
});

describe("hostile archives", () => {
  const base = tarOf({ "etc/passwd": "root:x:0:0\n" });
  const load = async (archive: Uint8Array) => run("docker load", archive);
  const leftovers = () =>
    output(
      "docker images -a --format '{{.Repository}}:{{.Tag}}' | sort; ls -d /tmp/* /var/lib/docker/* 2>/dev/null; true",
    );

  const good = testImage([base]);
  const files = dockerArchive(good, ["good:1"]);
  const layerPath = `blobs/sha256/${hex(good.diffIds[0]!)}`;
  const cases: [string, Uint8Array, RegExp][] = [
    [
      "nothing at all",
      new Uint8Array(0),
      /^Error response from daemon: invalid archive: neither manifest.json nor index.json is in it$/m,
    ],
    [
      "no archive",
      bytesOf("this is not a tar archive ".repeat(100)),
      /^Error response from daemon: .*[Ii]nvalid tar header/m,
    ],
    [
      "an archive cut short",
      tarOf(files).slice(0, 3000),
      /^Error response from daemon: unexpected EOF: the tar archive is cut off in /m,
    ],
    [
      "a layer that is not what its digest says",
      tarOf({ ...files, [layerPath]: tarOf({ "etc/passwd": "toor:x:0:0\n" }) }),
      new RegExp(
        `^invalid diffID for layer 0: expected "${good.diffIds[0]}", got "sha256:[0-9a-f]{64}"$`,
        "m",
      ),
    ],
    [
      "a layer that is missing",
      tarOf(Object.fromEntries(Object.entries(files).filter(([path]) => path !== layerPath))),
      new RegExp(`^Error response from daemon: invalid archive: layer "${layerPath}" is missing$`, "m"),
    ],
    [
      "an image for another processor",
      tarOf(dockerArchive(testImage([base], { architecture: "arm64" }), ["arm:1"])),
      /^Error response from daemon: image with reference arm:1 was found but its platform \(linux\/arm64\) does not match the specified platform \(linux\/386\)$/m,
    ],
    [
      "a manifest that is no JSON",
      tarOf({ ...files, "manifest.json": "[{", "index.json": "{" }),
      /^Error response from daemon: invalid manifest.json: not JSON$/m,
    ],
  ];
  it.each(cases)("refuses %s", async (_name, archive, words) => {
    const before = await leftovers();
    const { code, stderr, stdout } = await load(archive);
    expect(stderr).toMatch(words);
    expect(code, stdout).toBe(1);
    expect(await leftovers()).toBe(before);
  });

  it("does not let a layer leave its root", async () => {
    const escaping = testImage([
      tarOf({ "../../../../tmp/escaped": "x", "/tmp/escaped": "x", ok: "fine" }, [
        tarEntry({ path: "link", type: "symlink", linkPath: "/../../../../tmp" }),
      ]),
    ]);
    const refused = await load(tarOf(dockerArchive(escaping, ["escaping:1"])));
    expect(refused.stderr).toMatch(/^Invalid path .*".." could leave the root$/m);
    expect(refused.code).toBe(1);
    expect((await run("ls /tmp/escaped")).code).not.toBe(0);
    // What only looks like leaving, by a link or from the root, is loaded and stays within.
    const within = testImage([
      tarOf({ "/tmp/escaped": "x", ok: "fine" }, [
        tarEntry({ path: "link", type: "symlink", linkPath: "/../../../../tmp" }),
      ]),
    ]);
    expect((await load(tarOf(dockerArchive(within, ["within:1"])))).stdout).toContain(
      "Loaded image: within:1",
    );
    await output("docker create --name within within:1 /ok; docker cp within:/link/escaped /root/landed");
    expect(await output("cat /root/landed; docker rm within; docker rmi within:1 | head -1")).toBe(
      "xwithin\nUntagged: within:1",
    );
    expect((await run("ls /tmp/escaped")).code).not.toBe(0);
  });

  it("does not let a container's symlinks lead a copy out of it", async () => {
    await output(
      "docker pull -q busybox; docker run -d --name trap busybox sh -c 'ln -s / /out; sleep 1000'",
    );
    await output("until docker exec trap ls -d /out; do :; done");
    await output("echo in > /tmp/in; docker cp /tmp/in trap:/out/tmp/landed");
    expect((await run("ls /tmp/landed")).code).not.toBe(0);
    expect(await output("docker exec trap cat /tmp/landed; docker rm -f trap")).toBe("in\ntrap");
  });
});

describe("a slow reader", () => {
  it("gets every byte of what a command printed", async () => {
    await output("docker pull -q busybox");
    const printed = "docker run --rm busybox sh -c 'dd if=/dev/zero bs=1k count=2200 2>/dev/null'";
    expect(await output(`${printed} | { sleep 1; gzip; } | zcat | wc -c`)).toBe(String(2200 * 1024));
  });
});

describe("commands that cannot be", () => {
  it("says so in Docker's words", async () => {
    const unknown = await run("docker run --rm no-such-image");
    expect(unknown.code).toBe(125);
    expect(unknown.stderr).toContain("pull access denied for no-such-image, repository does not exist");
    const malformed = await run("docker run --rm UPPER");
    expect(malformed).toMatchObject({
      code: 125,
      stderr: expect.stringContaining("repository name (library/UPPER) must be lowercase"),
    });
    expect((await run("docker frobnicate")).stderr).toContain("docker: unknown command: docker frobnicate");
    await output("docker pull -q busybox; docker create --name taken busybox");
    const taken = await run("docker run --name taken busybox");
    expect(taken.code).toBe(125);
    expect(taken.stderr).toContain('Conflict. The container name "/taken" is already in use by container');
    await output("docker rm taken");
  });
});

describe("the web, from Node", () => {
  it("is not reached on the guest's word alone", async () => {
    const { stderr, code } = await machine().run("docker import http://127.0.0.1:9/rootfs.tar");
    expect(stderr).toContain("fetching from the web is off here: start it with --allow-web");
    expect(code).toBe(1);
  });
});

describe("a full disk", () => {
  it("is reported to who writes, and the machine goes on", async () => {
    await output("docker pull -q busybox");
    await output("docker run -d --name box busybox sleep 10000");
    // Blocks that are set aside, not written: 16 GiB are full in a moment.
    await run(
      "fallocate -l 15G /mnt/data/fill; i=0; while fallocate -l 16M /mnt/data/fill$i 2>/dev/null; do i=$((i+1)); done; while fallocate -l 64K /mnt/data/last$i 2>/dev/null; do i=$((i+1)); done",
    );
    const inside = await run("docker exec box dd if=/dev/zero of=/big bs=1M count=64");
    expect(inside.stderr).toContain("No space left on device");
    expect(inside.code).toBe(1);
    const copied = await run("seq 1 9000000 > /tmp/big; docker cp /tmp/big box:/copied");
    expect(copied.code).toBe(1);
    expect(copied.stderr).toContain("No space left on device");
    await output("rm /mnt/data/fill* /mnt/data/last* /tmp/big");
    expect(await output("docker exec box sh -c 'rm -f /big /copied; echo again > /file; cat /file'")).toBe(
      "again",
    );
    expect(await output("docker run --rm busybox echo alive; docker rm -f box")).toBe("alive\nbox");
  });
});
