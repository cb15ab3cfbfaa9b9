import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FileArea } from "./byte-file.ts";
import { MemoryArea } from "./memory-area.ts";
import { RecordStore } from "./record-store.ts";

async function contentOf(store: RecordStore): Promise<Record<string, unknown>> {
  const content: Record<string, unknown> = {};
  for (const key of await store.list("")) content[key] = await store.get(key);
  return content;
}

async function journalOf(area: FileArea): Promise<Uint8Array> {
  const file = (await area.open("records.journal"))!;
  const bytes = new Uint8Array(file.sizeBytes);
  file.readAt(0, bytes);
  file.close();
  return bytes;
}

async function areaWith(journal: Uint8Array): Promise<MemoryArea> {
  const area = new MemoryArea();
  const file = (await area.open("records.journal", { create: true }))!;
  file.writeAt(0, journal);
  file.close();
  return area;
}

describe("RecordStore", () => {
  it("keeps records across reopening", async () => {
    const area = new MemoryArea();
    const store = await RecordStore.open(area);
    await store.put("containers/b", { name: "wéb\n", list: [1, null] });
    await store.put("containers/a", 1);
    await store.put("images/a", "x");
    await store.put("containers/a", 2);
    await store.delete("images/a");
    await store.delete("nothing");
    await store.close();
    await expect(store.put("x", 1)).rejects.toMatchObject({ code: "unavailable" });
    const again = await RecordStore.open(area);
    expect(await again.list("containers/")).toEqual(["containers/a", "containers/b"]);
    expect(await contentOf(again)).toEqual({
      "containers/a": 2,
      "containers/b": { name: "wéb\n", list: [1, null] },
    });
  });

  it("hands out copies", async () => {
    const store = await RecordStore.open(new MemoryArea());
    const value = { tags: ["a"] };
    await store.put("k", value);
    value.tags.push("b");
    ((await store.get("k")) as { tags: string[] }).tags.push("c");
    expect(await store.get("k")).toEqual({ tags: ["a"] });
    expect(await store.get("__proto__")).toBeUndefined();
  });

  it("refuses what is not JSON", async () => {
    const store = await RecordStore.open(new MemoryArea());
    await expect(store.put("k", undefined)).rejects.toMatchObject({ code: "invalid-argument" });
  });

  it("is in the state after one of its writes, wherever a crash cuts the journal", async () => {
    const area = new MemoryArea();
    const store = await RecordStore.open(area);
    const states = [{}, ...[]] as Record<string, unknown>[];
    const steps: [string, unknown][] = [
      ["a", 1],
      ["b", { text: "ü" }],
      ["a", undefined],
      ["c", []],
      ["b", 2],
    ];
    for (const [key, value] of steps) {
      if (value === undefined) await store.delete(key);
      else await store.put(key, value);
      states.push(await contentOf(store));
    }
    await store.close();
    const journal = await journalOf(area);
    let reached = 0;
    for (let cut = 0; cut <= journal.byteLength; cut++) {
      const torn = await areaWith(journal.subarray(0, cut));
      const reopened = await RecordStore.open(torn);
      const content = await contentOf(reopened);
      if (
        states[reached + 1] !== undefined &&
        JSON.stringify(states[reached + 1]) === JSON.stringify(content)
      )
        reached++;
      expect(content).toEqual(states[reached]);
      // What is written after the crash is kept too.
      await reopened.put("after", cut);
      await reopened.close();
      expect(await contentOf(await RecordStore.open(torn))).toEqual({ ...content, after: cut });
    }
    expect(reached).toBe(steps.length);
  });

  it("drops a tail whose length reached the disk before its content", async () => {
    const area = new MemoryArea();
    const store = await RecordStore.open(area);
    await store.put("a", 1);
    await store.close();
    const file = (await area.open("records.journal"))!;
    file.truncate(file.sizeBytes + 500);
    file.close();
    expect(await contentOf(await RecordStore.open(area))).toEqual({ a: 1 });
  });

  it("changes nothing when there is no room", async () => {
    const area = new FullArea();
    const store = await RecordStore.open(area);
    await store.put("a", 1);
    area.full = true;
    await expect(store.put("a", 2)).rejects.toThrow("full");
    await expect(store.delete("a")).rejects.toThrow("full");
    expect(await contentOf(store)).toEqual({ a: 1 });
    area.full = false;
    await store.put("b", 3);
    await store.close();
    expect(await contentOf(await RecordStore.open(area))).toEqual({ a: 1, b: 3 });
  });

  it("refuses another file without touching it", async () => {
    const area = await areaWith(new TextEncoder().encode("some other file"));
    await expect(RecordStore.open(area)).rejects.toMatchObject({ code: "corrupt" });
    expect(new TextDecoder().decode(await journalOf(area))).toBe("some other file");
  });

  it("opens any damaged journal, or says that it is corrupt", async () => {
    const area = new MemoryArea();
    const store = await RecordStore.open(area);
    for (let index = 0; index < 5; index++) await store.put(`k${index}`, { index });
    await store.close();
    const journal = await journalOf(area);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(journal.byteLength - 1),
        fc.integer({ min: 0, max: 255 }),
        async (at, value) => {
          const changed = journal.slice();
          changed[at] = value;
          try {
            await contentOf(await RecordStore.open(await areaWith(changed)));
          } catch (error) {
            expect(error).toMatchObject({ code: "corrupt" });
          }
        },
      ),
    );
  });
});

describe("RecordStore.compact()", () => {
  it("keeps every record and drops what is outdated", async () => {
    const area = new MemoryArea();
    const store = await RecordStore.open(area);
    for (let index = 0; index < 50; index++) await store.put(`k${index % 3}`, index);
    const before = (await contentOf(store)) as object;
    await store.compact();
    await store.put("later", true);
    await store.close();
    expect((await journalOf(area)).byteLength).toBeLessThan(120);
    expect(await area.list()).toEqual(["records.journal"]);
    expect(await contentOf(await RecordStore.open(area))).toEqual({ ...before, later: true });
  });

  it("happens by itself when the journal is mostly outdated", async () => {
    const area = new MemoryArea();
    const store = await RecordStore.open(area);
    for (let index = 0; index < 100; index++) await store.put("big", { index, text: "x".repeat(10_000) });
    await store.close();
    expect((await journalOf(area)).byteLength).toBeLessThan(400_000);
    expect(await (await RecordStore.open(area)).get("big")).toMatchObject({ index: 99 });
  });

  it("leaves the old journal when it cannot finish", async () => {
    const area = new FullArea();
    const store = await RecordStore.open(area);
    await store.put("a", 1);
    area.full = true;
    await expect(store.compact()).rejects.toThrow("full");
    area.full = false;
    expect(await area.list()).toEqual(["records.journal"]);
    await store.put("b", 2);
    await store.close();
    // A kill between writing the new journal and renaming it leaves both.
    const next = (await area.open("records.next", { create: true }))!;
    next.writeAt(0, Uint8Array.of(1, 2, 3));
    next.close();
    expect(await contentOf(await RecordStore.open(area))).toEqual({ a: 1, b: 2 });
    expect(await area.list()).toEqual(["records.journal"]);
  });
});

/** Writes half of what it is given and fails while `full` is set. */
class FullArea extends MemoryArea {
  full = false;

  override async open(name: string, options?: { create?: boolean }) {
    const file = await super.open(name, options);
    if (file === undefined) return undefined;
    const writeAt = file.writeAt.bind(file);
    file.writeAt = (offset, bytes) => {
      if (!this.full) return writeAt(offset, bytes);
      writeAt(offset, bytes.subarray(0, bytes.byteLength / 2));
      throw new Error("full");
    };
    return file;
  }
}
