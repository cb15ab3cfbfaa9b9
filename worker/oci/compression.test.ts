import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { gzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { readAll } from "../base/streams.ts";
import { compressionOf, gunzip, unzstd } from "./compression.ts";

const text = new TextEncoder().encode("layers and layers of text\n".repeat(20_000));
/** How a zstd frame begins: magic, a descriptor with a one-byte size, that size. */
const ZSTD_START = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x24);

async function* sliced(bytes: Uint8Array, size: number) {
  for (let offset = 0; offset < bytes.byteLength; offset += size) yield bytes.subarray(offset, offset + size);
}

describe("compressionOf()", () => {
  it.each([
    ["1f8b08", "gzip"],
    ["28b52ffd", "zstd"],
    ["502a4d18", "zstd"],
    ["425a6839", "bzip2"],
    ["fd377a585a00", "xz"],
    ["626c6f6273", "none"],
    ["", "none"],
  ])("%s is %s", (hex, expected) => {
    expect(compressionOf(Buffer.from(hex, "hex"))).toBe(expected);
  });
});

describe("gunzip()", () => {
  it("unpacks several members, in bites of any size", async () => {
    const packed = Buffer.concat([gzipSync(text), gzipSync(new Uint8Array(0)), gzipSync(text)]);
    for (const size of [1000, 70_000]) {
      const whole = await readAll(gunzip(sliced(packed, size)));
      expect(Buffer.compare(whole, Buffer.concat([text, text]))).toBe(0);
    }
  });

  it("fails on what is cut off or broken, and never returns other bytes than were packed", async () => {
    const packed = gzipSync(text);
    await expect(readAll(gunzip(sliced(packed.subarray(0, packed.length / 2), 999)))).rejects.toMatchObject({
      code: "corrupt",
    });
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (noise) => {
        const bytes = Buffer.concat([Uint8Array.of(0x1f, 0x8b, 8, 0), noise]);
        await readAll(gunzip(sliced(bytes, 50))).catch((error) => expect(error.code).toBe("corrupt"));
      }),
    );
  });
});

describe("unzstd()", () => {
  const packed = hasZstd() ? execFileSync("zstd", ["-q", "-c"], { input: text }) : undefined;

  it.skipIf(packed === undefined)("unpacks several frames, in bites of any size", async () => {
    const twice = Buffer.concat([packed!, packed!]);
    for (const size of [1, 70_000]) {
      const whole = await readAll(unzstd(cut(twice, size)));
      expect(Buffer.compare(whole, Buffer.concat([text, text]))).toBe(0);
    }
  });

  it.skipIf(packed === undefined)("fails on what is cut off", async () => {
    const half = packed!.subarray(0, packed!.length / 2);
    await expect(readAll(unzstd(cut(half, 99)))).rejects.toMatchObject({ code: "corrupt" });
  });

  it("ends on any noise", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 200 }),
        fc.integer({ min: 1, max: 50 }),
        async (noise, size) => {
          const bytes = Buffer.concat([ZSTD_START, noise]);
          await readAll(unzstd(cut(bytes, size)), 1 << 20).catch((error) => {
            if (!(error instanceof RangeError)) expect(error.code).toBe("corrupt");
          });
        },
      ),
    );
  });
});

function* cut(bytes: Uint8Array, size: number) {
  for (let offset = 0; offset < bytes.byteLength; offset += size) yield bytes.subarray(offset, offset + size);
}

function hasZstd(): boolean {
  try {
    execFileSync("zstd", ["--version"]);
    return true;
  } catch {
    return false;
  }
}
