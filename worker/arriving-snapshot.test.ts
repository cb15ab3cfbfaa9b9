import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { ArrivingSnapshot } from "./arriving-snapshot.ts";
import { EngineError } from "./base/errors.ts";
import type { SnapshotReader } from "./machine/snapshot-reader.ts";
import type { OnAssetPart } from "./platform.ts";

const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => Math.imul(index, 0x9e3779b1) >>> 24);
const packed = new Uint8Array(execFileSync("zstd", ["-q", "-c"], { input: bytes, maxBuffer: 1 << 24 }));
const damaged = packed.map((byte, index) => (index === packed.length >> 1 ? byte ^ 1 : byte));
const half = packed.length >> 1;

const corrupt = new EngineError("corrupt", "its SHA-256 is another");

/** Restores by reading everything; what was read whole, in order of the calls. */
function reading() {
  const restored: Uint8Array[] = [];
  let calls = 0;
  const restore = async (snapshot: SnapshotReader) => {
    calls++;
    const read = new Uint8Array(snapshot.sizeBytes);
    await snapshot.fill(read);
    await snapshot.end();
    restored.push(read);
    return calls;
  };
  return { restored, restore };
}

async function restoreFrom(read: (onPart: OnAssetPart) => Promise<Uint8Array<ArrayBuffer>>) {
  const { restored, restore } = reading();
  const calls = await new ArrivingSnapshot(read, bytes.length).restoreWith(restore);
  return { calls, equal: Buffer.compare(restored.at(-1)!, bytes) === 0 };
}

describe("ArrivingSnapshot", () => {
  it("is restored from the parts that come", async () => {
    const result = await restoreFrom(async (onPart) => {
      onPart(packed.slice(0, half), 0);
      await new Promise((resolve) => setTimeout(resolve, 20));
      onPart(packed.slice(half), half);
      return packed;
    });
    expect(result).toEqual({ calls: 1, equal: true });
  });

  it("is restored from the whole when no part was told", async () => {
    expect(await restoreFrom(async () => packed)).toEqual({ calls: 1, equal: true });
  });

  it("does not end before it has been checked", async () => {
    let check: (bytes: Uint8Array<ArrayBuffer>) => void = () => {};
    const { restored, restore } = reading();
    const arriving = new ArrivingSnapshot((onPart) => {
      onPart(packed.slice(), 0);
      return new Promise((resolve) => {
        check = resolve;
      });
    }, bytes.length);
    const done = arriving.restoreWith(restore);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(restored).toEqual([]);
    check(packed);
    expect(await done).toBe(1);
  });

  it.each([
    ["seen at once", damaged],
    ["seen at its end only", packed],
  ])("is restored anew when a damaged copy came first, %s", async (_, copy) => {
    const result = await restoreFrom(async (onPart) => {
      onPart(copy.slice(), 0);
      await new Promise((resolve) => setTimeout(resolve, 20));
      onPart(packed.slice(0, half), 0);
      onPart(packed.slice(half), half);
      return packed;
    });
    expect(result).toEqual({ calls: 2, equal: true });
  });

  it.each([
    ["damaged", damaged],
    ["another, though whole", packed],
  ])("rejects with what reading it rejects with when it is %s", async (_, copy) => {
    const failing = restoreFrom(async (onPart) => {
      onPart(copy.slice(), 0);
      await new Promise((resolve) => setTimeout(resolve, 20));
      throw corrupt;
    });
    await expect(failing).rejects.toBe(corrupt);
  });

  it("rejects with what the restore rejects with when the snapshot is sound", async () => {
    const broken = new Error("no memory");
    const arriving = new ArrivingSnapshot(async (onPart) => {
      onPart(packed.slice(), 0);
      return packed;
    }, bytes.length);
    await expect(arriving.restoreWith(() => Promise.reject(broken))).rejects.toBe(broken);
  });
});
