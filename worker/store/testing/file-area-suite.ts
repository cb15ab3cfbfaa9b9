// What every FileArea must do; each implementation's test calls this with a maker of empty areas.

import { describe, expect, it } from "vitest";
import type { ByteFile, FileArea } from "../byte-file.ts";

export function describeFileArea(name: string, makeArea: () => Promise<FileArea>): void {
  describe(`${name} as a FileArea`, () => {
    it("opens nothing that was not created", async () => {
      const area = await makeArea();
      expect(await area.open("a")).toBeUndefined();
      expect(await area.list()).toEqual([]);
    });

    it("keeps what was written after closing", async () => {
      const area = await makeArea();
      const file = await created(area, "a.bin");
      file.writeAt(0, Uint8Array.of(1, 2, 3));
      file.flush();
      file.close();
      const again = (await area.open("a.bin"))!;
      expect(again.sizeBytes).toBe(3);
      expect(contentOf(again)).toEqual([1, 2, 3]);
      again.close();
    });

    it("does not empty an existing file that is opened with create", async () => {
      const area = await makeArea();
      const file = await created(area, "a");
      file.writeAt(0, Uint8Array.of(7));
      file.close();
      const again = await created(area, "a");
      expect(contentOf(again)).toEqual([7]);
      again.close();
    });

    it("opens a file once at a time", async () => {
      const area = await makeArea();
      const file = await created(area, "a");
      await expect(area.open("a")).rejects.toMatchObject({ code: "conflict" });
      await expect(area.remove("a")).rejects.toMatchObject({ code: "conflict" });
      await expect(area.rename("a", "b")).rejects.toMatchObject({ code: "conflict" });
      file.close();
      file.close();
      const again = await created(area, "a");
      again.close();
    });

    it("renames over an existing file", async () => {
      const area = await makeArea();
      await write(area, "new", [9, 9]);
      await write(area, "old", [1]);
      await area.rename("new", "old");
      expect(await area.list()).toEqual(["old"]);
      const file = (await area.open("old"))!;
      expect(contentOf(file)).toEqual([9, 9]);
      file.close();
      await expect(area.rename("gone", "x")).rejects.toMatchObject({ code: "not-found" });
    });

    it("removes, and is content when there is nothing to remove", async () => {
      const area = await makeArea();
      await write(area, "a", [1]);
      await area.remove("a");
      await area.remove("a");
      expect(await area.open("a")).toBeUndefined();
    });

    it("keeps folders apart", async () => {
      const area = await makeArea();
      await write(area, "a", [1]);
      await write(area.folder("sub"), "b", [2]);
      expect(await area.list()).toEqual(["a"]);
      expect(await area.folder("sub").list()).toEqual(["b"]);
    });

    it.each(["", ".", "..", ".hidden", "a/b", "../a", "a\\b", "ä", "a b", "a\0"])(
      "refuses the name %j",
      async (bad) => {
        const area = await makeArea();
        await expect(area.open(bad, { create: true })).rejects.toMatchObject({ code: "invalid-argument" });
        expect(() => area.folder(bad)).toThrow(/not a file name/);
      },
    );
  });

  describeByteFile(name, makeArea);
}

function describeByteFile(name: string, makeArea: () => Promise<FileArea>): void {
  describe(`${name}'s ByteFile`, () => {
    it("reads fewer bytes only at the end", async () => {
      const file = await created(await makeArea(), "a");
      file.writeAt(0, Uint8Array.of(1, 2, 3));
      const into = new Uint8Array(5).fill(0xff);
      expect(file.readAt(1, into)).toBe(2);
      expect([...into]).toEqual([2, 3, 0xff, 0xff, 0xff]);
      expect(file.readAt(3, into)).toBe(0);
      expect(file.readAt(1000, into)).toBe(0);
      file.close();
    });

    it("reads a gap as zeros", async () => {
      const file = await created(await makeArea(), "a");
      file.writeAt(200_000, Uint8Array.of(5));
      expect(file.sizeBytes).toBe(200_001);
      const into = new Uint8Array(200_001).fill(1);
      expect(file.readAt(0, into)).toBe(200_001);
      expect(into.subarray(0, 200_000).every((byte) => byte === 0)).toBe(true);
      expect(into[200_000]).toBe(5);
      file.close();
    });

    it("forgets what was cut off, also after growing again", async () => {
      const file = await created(await makeArea(), "a");
      file.writeAt(0, new Uint8Array(100_000).fill(3));
      file.truncate(70_000);
      expect(file.sizeBytes).toBe(70_000);
      file.truncate(100_000);
      const into = new Uint8Array(100_000);
      expect(file.readAt(0, into)).toBe(100_000);
      expect(into[69_999]).toBe(3);
      expect(into.subarray(70_000).every((byte) => byte === 0)).toBe(true);
      file.close();
    });

    it("agrees with an array under random writes", async () => {
      const file = await created(await makeArea(), "a");
      const model = new Uint8Array(300_000);
      let size = 0;
      let seed = 12_345;
      const random = (below: number) => {
        seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
        return seed % below;
      };
      for (let round = 0; round < 200; round++) {
        const offset = random(200_000);
        const bytes = new Uint8Array(random(100_000)).fill(random(3));
        file.writeAt(offset, bytes);
        model.set(bytes, offset);
        if (bytes.byteLength > 0) size = Math.max(size, offset + bytes.byteLength);
      }
      const into = new Uint8Array(300_000);
      expect(file.readAt(0, into)).toBe(size);
      expect(Buffer.compare(into, model)).toBe(0);
      file.close();
    });

    it("refuses offsets and sizes that are none", async () => {
      const file = await created(await makeArea(), "a");
      for (const bad of [-1, 0.5, Number.NaN, 2 ** 60]) {
        expect(() => file.readAt(bad, new Uint8Array(1))).toThrow(/not a byte count/);
        expect(() => file.writeAt(bad, new Uint8Array(1))).toThrow(/not a byte count/);
        expect(() => file.truncate(bad)).toThrow(/not a byte count/);
      }
      file.close();
    });

    it("does nothing once closed", async () => {
      const file = await created(await makeArea(), "a");
      file.close();
      expect(() => file.readAt(0, new Uint8Array(1))).toThrow();
      expect(() => file.writeAt(0, new Uint8Array(1))).toThrow();
    });
  });
}

async function created(area: FileArea, name: string): Promise<ByteFile> {
  return (await area.open(name, { create: true }))!;
}

async function write(area: FileArea, name: string, bytes: number[]): Promise<void> {
  const file = await created(area, name);
  file.writeAt(0, Uint8Array.from(bytes));
  file.close();
}

function contentOf(file: ByteFile): number[] {
  const into = new Uint8Array(file.sizeBytes);
  file.readAt(0, into);
  return [...into];
}
