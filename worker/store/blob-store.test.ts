import { describe, expect, it } from "vitest";
import { BlobStore } from "./blob-store.ts";
import { MemoryArea } from "./memory-area.ts";
import type { Sha256Digest } from "./sha256.ts";

const ABC: Sha256Digest = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const abc = new TextEncoder().encode("abc");

async function put(store: BlobStore, bytes: Uint8Array, expected?: Sha256Digest): Promise<Sha256Digest> {
  const writer = await store.create();
  writer.file.writeAt(0, bytes);
  return writer.commit(expected);
}

describe("BlobStore", () => {
  it("keeps a blob by its digest, also after reopening", async () => {
    const area = new MemoryArea();
    const store = await BlobStore.open(area);
    expect(await put(store, abc, ABC)).toBe(ABC);
    expect(store.list()).toEqual([ABC]);
    const again = await BlobStore.open(area);
    expect(again.has(ABC)).toBe(true);
    const file = await again.open(ABC);
    const into = new Uint8Array(3);
    file.readAt(0, into);
    expect(into).toEqual(abc);
    expect(() => file.writeAt(0, abc)).toThrow(/cannot be changed/);
    file.close();
  });

  it("hashes files of every size around its buffer", async () => {
    const store = await BlobStore.open(new MemoryArea());
    const bytes = new Uint8Array(1_048_577).fill(97);
    expect(await put(store, new Uint8Array(0))).toBe(
      "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    );
    expect(await put(store, bytes)).toBe(
      `sha256:${Buffer.from(await crypto.subtle.digest("SHA-256", bytes)).toString("hex")}`,
    );
  });

  it("leaves nothing of a blob with another digest than expected", async () => {
    const area = new MemoryArea();
    const store = await BlobStore.open(area);
    await expect(put(store, Uint8Array.of(1), ABC)).rejects.toMatchObject({ code: "corrupt" });
    expect(await area.list()).toEqual([]);
    expect(store.has(ABC)).toBe(false);
  });

  it("leaves nothing of a blob that is given up", async () => {
    const area = new MemoryArea();
    const store = await BlobStore.open(area);
    const writer = await store.create();
    writer.file.writeAt(0, abc);
    await writer.abort();
    await writer.abort();
    expect(await area.list()).toEqual([]);
    await expect(writer.commit()).rejects.toMatchObject({ code: "internal" });
  });

  it("removes what a killed process left", async () => {
    const area = new MemoryArea();
    const writer = await (await BlobStore.open(area)).create();
    writer.file.writeAt(0, abc);
    writer.file.close();
    expect(await area.list()).toHaveLength(1);
    expect((await BlobStore.open(area)).list()).toEqual([]);
    expect(await area.list()).toEqual([]);
  });

  it("takes the same content twice, even while it is open", async () => {
    const area = new MemoryArea();
    const store = await BlobStore.open(area);
    await put(store, abc);
    const file = await store.open(ABC);
    await put(store, abc);
    expect(await area.list()).toHaveLength(1);
    file.close();
  });

  it("shares one file among readers and removes it only when all are done", async () => {
    const store = await BlobStore.open(new MemoryArea());
    await put(store, abc);
    const [first, second] = await Promise.all([store.open(ABC), store.open(ABC)]);
    first.close();
    first.close();
    expect(second.readAt(0, new Uint8Array(3))).toBe(3);
    await expect(store.remove(ABC)).rejects.toMatchObject({ code: "conflict" });
    second.close();
    await store.remove(ABC);
    await store.remove(ABC);
    await expect(store.open(ABC)).rejects.toMatchObject({ code: "not-found" });
  });
});
