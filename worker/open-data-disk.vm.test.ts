// The data disk and the storage under it, with the real machine: a disk that fits, and storage that ends before its disk does.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { EngineError } from "./base/errors.ts";
import type { ByteFile, FileArea } from "./store/byte-file.ts";
import { NodeFileArea } from "./store/file-area-node.ts";
import { RealMachine } from "./testing/real-machine-node.ts";

const MIB = 1_048_576;
/** Takes most of the disk at once and writes until there is nothing left. */
const FILL =
  "fallocate -l $(($(df --output=avail -B1 /root | tail -1) - 4194304)) ballast && yes | dd of=big bs=64k iflag=fullblock";

/** An area whose files together take no more than `limit.bytes`. */
class BoundedArea implements FileArea {
  readonly #area: FileArea;
  readonly #limit: { bytes: number };

  constructor(area: FileArea, limit: { bytes: number }) {
    this.#area = area;
    this.#limit = limit;
  }

  async open(name: string, options?: { create?: boolean }): Promise<ByteFile | undefined> {
    const file = await this.#area.open(name, options);
    const limit = this.#limit;
    return (
      file && {
        get sizeBytes() {
          return file.sizeBytes;
        },
        readAt: (offset, into) => file.readAt(offset, into),
        writeAt(offset, bytes) {
          if (offset + bytes.byteLength > Math.max(limit.bytes, file.sizeBytes))
            throw new EngineError("out-of-space", "no space left in storage");
          file.writeAt(offset, bytes);
        },
        truncate: (sizeBytes) => file.truncate(sizeBytes),
        flush: () => file.flush(),
        close: () => file.close(),
      }
    );
  }

  rename(from: string, to: string): Promise<void> {
    return this.#area.rename(from, to);
  }

  remove(name: string): Promise<void> {
    return this.#area.remove(name);
  }

  list(): Promise<string[]> {
    return this.#area.list();
  }

  folder(name: string): FileArea {
    return new BoundedArea(this.#area.folder(name), this.#limit);
  }
}

const diskMib = async (machine: RealMachine) =>
  Number(await machine.output("df -m --output=size /root | tail -1"));

describe("a new data disk", () => {
  it("is as large as the storage can hold, keeps its size, and says when it is full", async () => {
    const state = await mkdtemp(join(tmpdir(), "slipway-state-"));
    const first = await RealMachine.start({
      state,
      platform: { hasRoom: async (bytes) => bytes <= 310 * MIB },
    });
    try {
      expect(await diskMib(first)).toBeGreaterThan(180);
      expect(await diskMib(first)).toBeLessThan(256);
      await first.output("echo kept > note; sync");
      const full = await first.run(FILL);
      expect(full.code).toBe(1);
      expect(full.stderr).toContain("No space left on device");
      expect(await first.output("cat note; rm big ballast; docker run --rm busybox echo room")).toMatch(
        /^kept[\s\S]*room$/,
      );
      expect(first.deaths).toEqual([]);
    } finally {
      await first.end();
    }
    const second = await RealMachine.start({ state, platform: { hasRoom: async () => false } });
    try {
      expect(await diskMib(second)).toBeGreaterThan(180);
      expect(await second.output("cat note")).toBe("kept");
    } finally {
      await second.end();
      await rm(state, { recursive: true });
    }
  });

  it("is the usual one where storage is not bounded", async () => {
    const machine = await RealMachine.start();
    try {
      expect(await diskMib(machine)).toBeGreaterThan(15_000);
    } finally {
      await machine.end();
    }
  });
});

describe("storage that ends before its disk does", () => {
  it("stops the machine, and what was written through is there when there is room again", async () => {
    const folder = await mkdtemp(join(tmpdir(), "slipway-state-"));
    const limit = { bytes: 24 * MIB };
    // Anew for each machine, as a browser that was closed opens them.
    const files = () => new BoundedArea(new NodeFileArea(folder), limit);
    const first = await RealMachine.start({ platform: { files: files() } });
    await first.output("mkdir many; for i in $(seq 50); do echo $i > many/$i; done; sync");
    await expect(first.run("yes | dd of=big bs=1M iflag=fullblock count=60; sync")).rejects.toThrow(
      /no more/,
    );
    expect(first.deaths.map(({ reason }) => reason)).toEqual(["full"]);
    await first.sandbox.abandon();
    limit.bytes = 2 ** 40;
    const second = await RealMachine.start({ platform: { files: files() } });
    try {
      expect(await second.output("cat many/* | sort -n | md5sum")).toBe(
        await second.output("seq 50 | md5sum"),
      );
      expect(await second.output("dmesg | grep -ciE 'ext4.*(error|corrupt)' || true")).toBe("0");
    } finally {
      await second.end();
      await rm(folder, { recursive: true });
    }
  });
});
