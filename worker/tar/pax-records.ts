// pax extended header records, "LENGTH KEY=VALUE\n" (POSIX.1-2017 pax, "pax Extended Header"). Values are kept as bytes:
// an xattr's value may hold anything, NUL and newline too.

import { EngineError } from "../base/errors.ts";
import { concatBytes } from "../base/streams.ts";
import { decodePath, encodePath } from "./path-bytes.ts";

export interface PaxRecord {
  readonly key: string;
  readonly value: Uint8Array;
}

/** The records in order (GNU sparse 0.0 repeats keys). Values are views of `bytes`. Throws EngineError("corrupt"). */
export function parsePaxRecords(bytes: Uint8Array): PaxRecord[] {
  const records: PaxRecord[] = [];
  for (let at = 0; at < bytes.byteLength; ) {
    // Some writers pad the last record with NULs.
    if (bytes[at] === 0 && bytes.subarray(at).every((byte) => byte === 0)) break;
    const { length, bodyAt } = recordLength(bytes, at);
    const end = at + length;
    if (end > bytes.byteLength || bodyAt >= end || bytes[end - 1] !== 0x0a)
      throw invalid("bad record length");
    const equals = bytes.indexOf(0x3d, bodyAt);
    if (equals <= bodyAt || equals >= end) throw invalid("a record without a key");
    records.push({
      key: decodePath(bytes.subarray(bodyAt, equals)),
      value: bytes.subarray(equals + 1, end - 1),
    });
    at = end;
  }
  return records;
}

function recordLength(bytes: Uint8Array, start: number): { length: number; bodyAt: number } {
  let length = 0;
  let at = start;
  for (; at < bytes.byteLength && at < start + 10; at++) {
    const byte = bytes[at]!;
    if (byte === 0x20 && at > start) return { length, bodyAt: at + 1 };
    if (byte < 0x30 || byte > 0x39) break;
    length = length * 10 + (byte - 0x30);
  }
  throw invalid("bad record length");
}

function invalid(why: string): EngineError {
  return new EngineError("corrupt", `Invalid pax header: ${why}`);
}

/** The bytes of the records, in the order given. */
export function formatPaxRecords(
  records: readonly { readonly key: string; readonly value: Uint8Array | string }[],
): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const record of records) {
    const key = encodePath(record.key);
    const value = typeof record.value === "string" ? encodePath(record.value) : record.value;
    const bodyBytes = key.byteLength + value.byteLength + 3;
    // The length counts its own digits.
    let length = bodyBytes + String(bodyBytes).length;
    length = bodyBytes + String(length).length;
    parts.push(encodePath(`${length} `), key, encodePath("="), value, encodePath("\n"));
  }
  return concatBytes(parts);
}

/** GNU tar writes "=" and "%" of an xattr's name as "%3D" and "%25" in the record's key. */
export function decodeXattrKey(name: string): string {
  return name.replaceAll("%3D", "=").replaceAll("%25", "%");
}

export function encodeXattrKey(name: string): string {
  return name.replaceAll("%", "%25").replaceAll("=", "%3D");
}
