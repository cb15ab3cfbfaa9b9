// Says where the pieces of a layer that ships are: chunks of a fixed size, each deflated on its own and hashed, in groups that are
// one static file each. A server needs no Range support, and no file is large. Chunks of zeros are left out.

import { EngineError } from "../base/errors.ts";

export interface ChunkEntry {
  /** Which piece of the layer: it starts at `index * chunkBytes`. */
  readonly index: number;
  /** Compressed; the chunks of a group follow one another from the file's start. */
  readonly lengthBytes: number;
  /** 64 hex digits, of the chunk before compression. */
  readonly sha256: string;
}

export interface ChunkGroup {
  /** Name of the asset. */
  readonly file: string;
  readonly chunks: readonly ChunkEntry[];
}

export interface ChunkManifest {
  readonly version: 1;
  /** Of the layer's EROFS image. */
  readonly sizeBytes: number;
  readonly chunkBytes: number;
  readonly groups: readonly ChunkGroup[];
}

const MAX_CHUNK_BYTES = 4 * 1_048_576;
export const MAX_GROUP_BYTES = 20_000_000;

/** Throws EngineError("corrupt"). `name` is for the message. */
export function parseChunkManifest(text: string, name: string): ChunkManifest {
  const damaged = (what: string) => new EngineError("corrupt", `chunk manifest ${name} is damaged: ${what}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw damaged("not JSON");
  }
  if (!isObject(value) || value.version !== 1) throw damaged("unknown version");
  const { sizeBytes, chunkBytes, groups } = value;
  if (!isCount(sizeBytes) || sizeBytes === 0 || sizeBytes % 4096 !== 0) throw damaged("sizeBytes");
  if (!isCount(chunkBytes) || chunkBytes < 4096 || chunkBytes > MAX_CHUNK_BYTES) throw damaged("chunkBytes");
  if (!Array.isArray(groups)) throw damaged("groups");
  const seen = new Set<number>();
  const limit = Math.ceil(sizeBytes / chunkBytes);
  const parsed = groups.map((group: unknown): ChunkGroup => {
    if (!isObject(group) || typeof group.file !== "string" || !/^[\w.-]{1,200}$/.test(group.file))
      throw damaged("a group's file");
    if (!Array.isArray(group.chunks)) throw damaged(`chunks of ${group.file}`);
    const chunks = group.chunks.map((chunk: unknown): ChunkEntry => {
      const entry = parseEntry(chunk);
      if (entry === undefined || entry.index >= limit || seen.has(entry.index))
        throw damaged(`a chunk of ${group.file}`);
      seen.add(entry.index);
      return entry;
    });
    if (groupBytes(chunks) > MAX_GROUP_BYTES) throw damaged(`${group.file} is too large`);
    return { file: group.file, chunks };
  });
  return { version: 1, sizeBytes, chunkBytes, groups: parsed };
}

export function groupBytes(chunks: readonly ChunkEntry[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.lengthBytes, 0);
}

function parseEntry(chunk: unknown): ChunkEntry | undefined {
  if (!isObject(chunk)) return undefined;
  const { index, lengthBytes, sha256 } = chunk;
  if (!isCount(index) || !isCount(lengthBytes) || lengthBytes === 0) return undefined;
  if (typeof sha256 !== "string" || !/^[0-9a-f]{64}$/.test(sha256)) return undefined;
  return { index, lengthBytes, sha256 };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
