// The compact file of a formatted, empty disk: its 4 KiB blocks that are not zeros, joined into extents and deflated. An empty
// ext4 of 16 GiB becomes a few kilobytes, so the machine never runs mkfs.
// "SLIPTPL1", then raw deflate of: u64 disk size, u32 extent count, per extent u64 offset and u32 length (all LE), then the extents' bytes.

import { deflateSync, inflateSync } from "fflate";
import { EngineError } from "../base/errors.ts";
import type { ByteFile } from "../store/byte-file.ts";
import { isAllZero } from "../store/zero-bytes.ts";
import type { DiskTemplate } from "./chunk-disk.ts";

const MAGIC = new TextEncoder().encode("SLIPTPL1");
const BLOCK_BYTES = 4096;
const SCAN_BYTES = 1_048_576;
/** Inflated; a template is a few megabytes. */
const MAX_CONTENT_BYTES = 256 * 1_048_576;
const EXTENT_HEADER_BYTES = 12;

/** The same template for the same image, whatever machine it is made on. Only what `ranges` covers is looked at (default: all of it). */
export function writeDiskTemplate(
  image: ByteFile,
  ranges: readonly { readonly offset: number; readonly lengthBytes: number }[] = [
    { offset: 0, lengthBytes: image.sizeBytes },
  ],
): Uint8Array {
  const extents = ranges.flatMap((range) => scan(image, range.offset, range.lengthBytes));
  const contentBytes = extents.reduce((sum, extent) => sum + extent.bytes.byteLength, 0);
  const tableBytes = 12 + extents.length * EXTENT_HEADER_BYTES;
  const body = new Uint8Array(tableBytes + contentBytes);
  const view = new DataView(body.buffer);
  view.setBigUint64(0, BigInt(image.sizeBytes), true);
  view.setUint32(8, extents.length, true);
  let content = tableBytes;
  for (const [index, extent] of extents.entries()) {
    view.setBigUint64(12 + index * EXTENT_HEADER_BYTES, BigInt(extent.offset), true);
    view.setUint32(20 + index * EXTENT_HEADER_BYTES, extent.bytes.byteLength, true);
    body.set(extent.bytes, content);
    content += extent.bytes.byteLength;
  }
  const packed = deflateSync(body, { level: 9 });
  const file = new Uint8Array(MAGIC.byteLength + packed.byteLength);
  file.set(MAGIC);
  file.set(packed, MAGIC.byteLength);
  return file;
}

/** Throws EngineError("corrupt"). */
export function readDiskTemplate(file: Uint8Array): DiskTemplate {
  const body = inflate(file);
  if (body.byteLength < 12) throw damaged("cut off");
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const byteLength = Number(view.getBigUint64(0, true));
  const count = view.getUint32(8, true);
  let content = 12 + count * EXTENT_HEADER_BYTES;
  if (content > body.byteLength) throw damaged("cut off");
  const extents: { offset: number; bytes: Uint8Array }[] = [];
  let previousEnd = 0;
  for (let index = 0; index < count; index++) {
    const offset = Number(view.getBigUint64(12 + index * EXTENT_HEADER_BYTES, true));
    const length = view.getUint32(20 + index * EXTENT_HEADER_BYTES, true);
    if (offset < previousEnd || offset + length > byteLength) throw damaged("an extent lies outside");
    if (content + length > body.byteLength) throw damaged("cut off");
    extents.push({ offset, bytes: body.subarray(content, content + length) });
    content += length;
    previousEnd = offset + length;
  }
  return { byteLength, extents };
}

function scan(image: ByteFile, start: number, lengthBytes: number): { offset: number; bytes: Uint8Array }[] {
  const extents: { offset: number; bytes: Uint8Array }[] = [];
  const buffer = new Uint8Array(SCAN_BYTES);
  const end = Math.min(start + lengthBytes, image.sizeBytes);
  for (let offset = start; offset < end; offset += SCAN_BYTES) {
    const window = buffer.subarray(
      0,
      image.readAt(offset, buffer.subarray(0, Math.min(SCAN_BYTES, end - offset))),
    );
    if (isAllZero(window)) continue;
    for (let at = 0; at < window.byteLength; ) {
      const from = at;
      while (at < window.byteLength && !isAllZero(window.subarray(at, at + BLOCK_BYTES))) at += BLOCK_BYTES;
      if (at > from) extents.push({ offset: offset + from, bytes: window.slice(from, at) });
      else at += BLOCK_BYTES;
    }
  }
  return extents;
}

function inflate(file: Uint8Array): Uint8Array {
  if (MAGIC.some((byte, index) => file[index] !== byte)) throw damaged("not a template");
  try {
    return inflateBounded(file.subarray(MAGIC.byteLength));
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    throw damaged("its compressed content is broken", cause);
  }
}

function inflateBounded(packed: Uint8Array): Uint8Array {
  // Deflate unfolds at most 1032 to 1: a file this long cannot exceed the limit by more than that.
  if (packed.byteLength * 1032 <= MAX_CONTENT_BYTES) return inflateSync(packed);
  throw damaged("it is too large");
}

function damaged(how: string, cause?: unknown): EngineError {
  return new EngineError("corrupt", `the data disk's template is damaged: ${how}`, { cause });
}
