// Numbers of a tar header: octal text, or base 256 when the first byte's top bit is set (GNU and star); and of pax
// records: decimal text, times with a fraction.

import { EngineError } from "../base/errors.ts";

/** Reads a header field: `lengthBytes` bytes at `start`. Throws EngineError("corrupt") when it is not a number or not a safe integer. */
export function readTarNumber(block: Uint8Array, start: number, lengthBytes: number, what: string): number {
  const isBase256 = (block[start]! & 0x80) !== 0;
  const value = isBase256
    ? readBase256(block, start, lengthBytes)
    : readOctal(block, start, start + lengthBytes);
  if (!Number.isSafeInteger(value)) throw new EngineError("corrupt", `Invalid tar header: bad ${what}`);
  return value;
}

function readOctal(block: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && block[at] === 0x20) at++;
  let value = 0;
  for (; at < end; at++) {
    const byte = block[at]!;
    if (byte === 0 || byte === 0x20) break;
    if (byte < 0x30 || byte > 0x37) return Number.NaN;
    value = value * 8 + (byte - 0x30);
  }
  for (; at < end; at++) if (block[at] !== 0 && block[at] !== 0x20) return Number.NaN;
  return value;
}

function readBase256(block: Uint8Array, start: number, lengthBytes: number): number {
  const negative = (block[start]! & 0x40) !== 0;
  // Two's complement: the complement of the bits of -x is x - 1.
  const flip = negative ? 0xff : 0;
  let value = (block[start]! ^ flip) & 0x3f;
  for (let at = start + 1; at < start + lengthBytes; at++) value = value * 256 + (block[at]! ^ flip);
  return negative ? -1 - value : value;
}

/** A whole number of a pax record. Throws EngineError("corrupt"). */
export function readPaxInteger(text: string, what: string): number {
  const value = /^-?\d{1,19}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw new EngineError("corrupt", `Invalid pax header: bad ${what}`);
  return value;
}

export interface TarTime {
  readonly sec: number;
  readonly nsec: number;
}

/** A pax time, "1700000000.123456789" or negative; digits past the nanosecond are cut off. Throws EngineError("corrupt"). */
export function readPaxTime(text: string, what: string): TarTime {
  const match = /^(-?)(\d{1,19})(?:\.(\d{0,40}))?$/.exec(text);
  const whole = Number(match?.[2] ?? Number.NaN);
  if (!match || !Number.isSafeInteger(whole))
    throw new EngineError("corrupt", `Invalid pax header: bad ${what}`);
  const nsec = Number((match[3] ?? "").slice(0, 9).padEnd(9, "0"));
  if (match[1] !== "-") return { sec: whole, nsec };
  return nsec === 0 ? { sec: 0 - whole, nsec } : { sec: -whole - 1, nsec: 1_000_000_000 - nsec };
}

/** The shortest pax text of a time. */
export function formatPaxTime(sec: number, nsec: number): string {
  if (nsec === 0) return String(sec);
  const negative = sec < 0;
  const whole = negative ? -(sec + 1) : sec;
  const fraction = negative ? 1_000_000_000 - nsec : nsec;
  return `${negative ? "-" : ""}${whole}.${String(fraction).padStart(9, "0").replace(/0+$/, "")}`;
}
