// Small images for tests: members in, image and reader out.

import { MemoryFile } from "../../store/memory-file.ts";
import { type TarEntry, tarEntry } from "../../tar/tar-entry.ts";
import { type TarSource, writeTar } from "../../tar/tar-writer.ts";
import { addFacts, hashOf, type TreeFacts } from "../../tar/testing/file-facts.ts";
import { byteFileSource } from "../byte-file-source.ts";
import { ErofsReader } from "../read-erofs.ts";
import { type WriteErofsOptions, writeErofs } from "../write-erofs.ts";

export const bytesOf = (text: string) => new TextEncoder().encode(text);
export const file = (path: string, content: string | Uint8Array, more: Partial<TarEntry> = {}): TarSource => {
  const bytes = typeof content === "string" ? bytesOf(content) : content;
  return { entry: tarEntry({ path, type: "file", sizeBytes: bytes.byteLength, ...more }), content: bytes };
};
export const other = (path: string, type: TarEntry["type"], more: Partial<TarEntry> = {}): TarSource => ({
  entry: tarEntry({ path, type, ...more }),
});

export async function imageOf(members: readonly TarSource[], options: WriteErofsOptions = {}) {
  const image = new MemoryFile();
  const written = await writeErofs(writeTar(members), image, options);
  if (image.sizeBytes !== written.sizeBytes || written.sizeBytes % 4096 !== 0) {
    throw new Error(`The image is ${image.sizeBytes} bytes long and said to be ${written.sizeBytes}`);
  }
  return { image, written, reader: await ErofsReader.open(byteFileSource(image)) };
}

export async function imageFacts(reader: ErofsReader): Promise<TreeFacts> {
  const tree: TreeFacts = new Map();
  for await (const { entry, content } of reader.walk()) {
    addFacts(tree, entry, entry.type === "file" ? await hashOf(content()) : "");
  }
  return tree;
}

export function toBytes(image: MemoryFile): Uint8Array {
  const bytes = new Uint8Array(image.sizeBytes);
  image.readAt(0, bytes);
  return bytes;
}
