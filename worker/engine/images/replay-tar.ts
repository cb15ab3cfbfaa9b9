// A layer's tar as it came, from its EROFS image and the record that tar-record.ts made.

import { EngineError } from "../../base/errors.ts";
import { chunksOf, concatBytes } from "../../base/streams.ts";
import type { ErofsReader, ImageFile } from "../../erofs/read-erofs.ts";
import { gunzip } from "../../oci/compression.ts";
import { decodePath } from "../../tar/path-bytes.ts";
import { LONGEST_RECORD_RUN, RECORD_BYTES, RECORD_CONTENT } from "./tar-record.ts";

const LONGEST_PATH = 4096;

/** A part of a record, in the order of the archive. */
type Part =
  | { readonly bytes: Uint8Array }
  | { readonly path: string; readonly offset: number; readonly lengthBytes: number };

/** The archive's bytes. Fails with EngineError("corrupt" | "unavailable"). */
export async function* replayTar(
  record: AsyncIterable<Uint8Array>,
  layer: ErofsReader,
): AsyncGenerator<Uint8Array, void, undefined> {
  const files = await contentByPath(layer);
  let open: OpenContent | undefined;
  try {
    for await (const part of recordParts(record)) {
      if ("bytes" in part) {
        yield part.bytes;
        continue;
      }
      if (open?.path !== part.path || open.position > part.offset) {
        await open?.close();
        open = new OpenContent(part.path, files.get(part.path));
      }
      yield* open.read(part.offset, part.lengthBytes);
    }
  } finally {
    await open?.close();
  }
}

/** By every name; further names of a file stand for the first. */
async function contentByPath(layer: ErofsReader): Promise<Map<string, ImageFile>> {
  const files = new Map<string, ImageFile>();
  for await (const file of layer.walk()) {
    const { type, path, linkPath } = file.entry;
    const found = type === "hardlink" ? files.get(linkPath) : type === "file" ? file : undefined;
    if (found !== undefined) files.set(path, found);
  }
  return files;
}

/** One file's content, read forwards. */
class OpenContent {
  readonly path: string;
  position = 0;
  readonly #chunks: AsyncGenerator<Uint8Array, void, undefined>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(path: string, file: ImageFile | undefined) {
    if (file === undefined) throw lost(path);
    this.path = path;
    this.#chunks = chunksOf(file.content());
  }

  async *read(offset: number, lengthBytes: number): AsyncGenerator<Uint8Array, void, undefined> {
    for (let skip = offset - this.position; skip > 0; ) skip -= (await this.#take(skip)).byteLength;
    for (let left = lengthBytes; left > 0; ) {
      const bytes = await this.#take(left);
      left -= bytes.byteLength;
      yield bytes;
    }
  }

  async close(): Promise<void> {
    await this.#chunks.return();
  }

  async #take(limitBytes: number): Promise<Uint8Array> {
    while (this.#rest.byteLength === 0) {
      const { done, value } = await this.#chunks.next();
      if (done) throw lost(this.path);
      this.#rest = value;
    }
    const bytes = this.#rest.subarray(0, limitBytes);
    this.#rest = this.#rest.subarray(bytes.byteLength);
    this.position += bytes.byteLength;
    return bytes;
  }
}

async function* recordParts(record: AsyncIterable<Uint8Array>): AsyncGenerator<Part, void, undefined> {
  const input = new RecordInput(chunksOf(gunzip(record)));
  for (let kind = await input.kind(); kind !== undefined; kind = await input.kind()) {
    if (kind === RECORD_BYTES) yield { bytes: await input.bytes(LONGEST_RECORD_RUN) };
    else if (kind === RECORD_CONTENT) {
      const path = decodePath(await input.bytes(LONGEST_PATH));
      yield { path, offset: await input.number(), lengthBytes: await input.number() };
    } else throw damaged();
  }
}

class RecordInput {
  readonly #chunks: AsyncGenerator<Uint8Array, void, undefined>;
  #buffer: Uint8Array = new Uint8Array(0);
  #at = 0;

  constructor(chunks: AsyncGenerator<Uint8Array, void, undefined>) {
    this.#chunks = chunks;
  }

  /** Undefined at the end of the record. */
  async kind(): Promise<number | undefined> {
    return (await this.#has(1)) ? this.#buffer[this.#at++] : undefined;
  }

  async number(): Promise<number> {
    let value = 0;
    for (let factor = 1; ; factor *= 0x80) {
      if (!(await this.#has(1))) throw damaged();
      const byte = this.#buffer[this.#at++]!;
      value += (byte & 0x7f) * factor;
      if (!Number.isSafeInteger(value)) throw damaged();
      if (byte < 0x80) return value;
    }
  }

  /** As many as the number before them says. */
  async bytes(limitBytes: number): Promise<Uint8Array> {
    const lengthBytes = await this.number();
    if (lengthBytes > limitBytes || !(await this.#has(lengthBytes))) throw damaged();
    this.#at += lengthBytes;
    return this.#buffer.slice(this.#at - lengthBytes, this.#at);
  }

  async #has(count: number): Promise<boolean> {
    while (this.#buffer.byteLength - this.#at < count) {
      const { done, value } = await this.#chunks.next();
      if (done) return false;
      this.#buffer = concatBytes([this.#buffer.subarray(this.#at), value]);
      this.#at = 0;
    }
    return true;
  }
}

function damaged(): EngineError {
  return new EngineError("corrupt", "the record of a layer's archive is damaged");
}

function lost(path: string): EngineError {
  return new EngineError("corrupt", `the layer's image does not have all of ${JSON.stringify(path)}`);
}
