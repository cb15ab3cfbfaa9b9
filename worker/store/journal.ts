// The journal's bytes: "SLIPREC1", then frames of u32 length, u32 CRC-32 of the payload (both LE) and the payload, which is
// UTF-8: a JSON string (the key), a newline, and the record's JSON, or nothing for a deletion.

import { EngineError } from "../base/errors.ts";
import { concatBytes } from "../base/streams.ts";
import type { ByteFile } from "./byte-file.ts";
import { crc32 } from "./crc32.ts";
import { isAllZero } from "./zero-bytes.ts";

export const JOURNAL_MAGIC = new TextEncoder().encode("SLIPREC1");
const FRAME_HEADER_BYTES = 8;
/** Of one record; a frame that claims more is damage. */
const MAX_PAYLOAD_BYTES = 64 * 1_048_576;

export interface JournalEntry {
  readonly key: string;
  /** Undefined: the record is deleted. */
  readonly json: string | undefined;
}

/** Throws EngineError("invalid-argument") for a record over 64 MiB. */
export function encodeFrame(entry: JournalEntry): Uint8Array {
  const payload = new TextEncoder().encode(`${JSON.stringify(entry.key)}\n${entry.json ?? ""}`);
  if (payload.byteLength > MAX_PAYLOAD_BYTES)
    throw new EngineError("invalid-argument", `the record ${entry.key} is too large`);
  const header = new DataView(new ArrayBuffer(FRAME_HEADER_BYTES));
  header.setUint32(0, payload.byteLength, true);
  header.setUint32(4, crc32(payload), true);
  return concatBytes([new Uint8Array(header.buffer), payload]);
}

/** The records that are current, and where the last whole frame ends. Throws EngineError("corrupt") for another kind of file. */
export function readJournal(file: ByteFile): { records: Map<string, string>; endBytes: number } {
  const records = new Map<string, string>();
  const magic = new Uint8Array(JOURNAL_MAGIC.byteLength);
  const count = file.readAt(0, magic);
  if (magic.some((byte, index) => byte !== JOURNAL_MAGIC[index])) {
    // A crash may leave the start of the very first write, or its length without its content.
    const torn =
      isAllZero(magic) || (count < 8 && magic.subarray(0, count).every((b, i) => b === JOURNAL_MAGIC[i]));
    if (torn) return { records, endBytes: 0 };
    throw new EngineError("corrupt", "the journal of records is damaged or of another version");
  }
  let endBytes = magic.byteLength;
  for (let frame = readFrame(file, endBytes); frame !== undefined; frame = readFrame(file, endBytes)) {
    if (frame.entry.json === undefined) records.delete(frame.entry.key);
    else records.set(frame.entry.key, frame.entry.json);
    endBytes = frame.endBytes;
  }
  return { records, endBytes };
}

function readFrame(file: ByteFile, offset: number): { entry: JournalEntry; endBytes: number } | undefined {
  const header = new Uint8Array(FRAME_HEADER_BYTES);
  if (file.readAt(offset, header) !== FRAME_HEADER_BYTES) return undefined;
  const view = new DataView(header.buffer);
  const length = view.getUint32(0, true);
  if (length === 0 || length > MAX_PAYLOAD_BYTES) return undefined;
  if (offset + FRAME_HEADER_BYTES + length > file.sizeBytes) return undefined;
  const payload = new Uint8Array(length);
  file.readAt(offset + FRAME_HEADER_BYTES, payload);
  if (crc32(payload) !== view.getUint32(4, true)) return undefined;
  const entry = decodePayload(payload);
  return entry && { entry, endBytes: offset + FRAME_HEADER_BYTES + length };
}

function decodePayload(payload: Uint8Array): JournalEntry | undefined {
  const text = new TextDecoder().decode(payload);
  const newline = text.indexOf("\n");
  if (newline < 0) return undefined;
  const json = text.slice(newline + 1);
  try {
    const key: unknown = JSON.parse(text.slice(0, newline));
    if (typeof key !== "string") return undefined;
    if (json !== "") JSON.parse(json);
    return { key, json: json === "" ? undefined : json };
  } catch {
    return undefined;
  }
}
