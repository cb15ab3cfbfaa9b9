import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EngineError } from "../base/errors.ts";
import { readAll } from "../base/streams.ts";
import { MemoryFile } from "../store/memory-file.ts";
import { byteFileSource } from "./byte-file-source.ts";
import { ErofsReader } from "./read-erofs.ts";
import { bytesOf, file, imageOf, other, toBytes } from "./testing/test-image.ts";

describe("ErofsReader", () => {
  it("throws nothing but EngineError, whatever is changed in an image", { timeout: 60_000 }, async () => {
    const { image } = await imageOf([
      file("etc/passwd", "root"),
      file("big", new Uint8Array(9000).fill(7), { xattrs: new Map([["user.a", bytesOf("1")]]) }),
      other("l", "symlink", { linkPath: "etc" }),
      ...Array.from({ length: 300 }, (_, i) => other(`many/${i}`, "fifo")),
    ]);
    const whole = toBytes(image);
    const meta = fc.nat(whole.byteLength - 1025).map((at) => at + 1024);
    const changes = fc.array(fc.tuple(fc.oneof(fc.integer({ min: 1024, max: 1400 }), meta), fc.nat(255)), {
      minLength: 1,
      maxLength: 8,
    });
    const property = fc.asyncProperty(changes, async (list) => {
      const changed = new MemoryFile();
      changed.writeAt(0, whole);
      for (const [at, value] of list) changed.writeAt(at, Uint8Array.of(value));
      try {
        const reader = await ErofsReader.open(byteFileSource(changed));
        let steps = 0;
        for await (const { content, entry } of reader.walk()) {
          if (entry.sizeBytes < 1e6) await readAll(content());
          if (++steps > 5000) throw new Error("walks without end");
        }
      } catch (error) {
        expect(error).toBeInstanceOf(EngineError);
      }
    });
    // The example: an inode whose data is said to be beyond the image's end.
    await fc.assert(property, { numRuns: 300, examples: [[[[20720, 11]]]] });
  });

  it("says that a source holds no image", async () => {
    const empty = new MemoryFile();
    empty.truncate(8192);
    await expect(ErofsReader.open(byteFileSource(empty))).rejects.toMatchObject({ code: "corrupt" });
    await expect(ErofsReader.open(byteFileSource(new MemoryFile()))).rejects.toMatchObject({
      code: "corrupt",
    });
  });
});
