// The types a flag's value can have: how its text becomes a value, in the words Docker refuses a bad one with.

import { parseGoDuration } from "./go-duration.ts";

/** The name is what --help prints after the flag. `bool` takes no argument; the plural ones may be given several times. */
export type FlagType =
  | "bool"
  | "string"
  | "int"
  | "uint"
  | "uint16"
  | "bytes"
  | "bytes-or-all"
  | "decimal"
  | "duration"
  | "list"
  | "strings"
  | "map"
  | "filter"
  | "mount"
  | "network"
  | "ulimit"
  | "gpu-request";

const REPEATED: ReadonlySet<FlagType> = new Set([
  "list",
  "strings",
  "map",
  "filter",
  "mount",
  "network",
  "ulimit",
  "gpu-request",
]);

export function isRepeated(type: FlagType): boolean {
  return REPEATED.has(type);
}

/** A boolean; a number (bytes, nanoseconds, billionths of a processor); or text. Throws an Error with Docker's reason. */
export function parseFlagValue(type: FlagType, text: string): boolean | number | string {
  switch (type) {
    case "bool":
      return parseBool(text);
    case "int":
      return parseInteger(text, "ParseInt", -(2n ** 63n), 2n ** 63n - 1n);
    case "uint":
      return parseInteger(text, "ParseUint", 0n, 2n ** 64n - 1n);
    case "uint16":
      return parseInteger(text, "ParseUint", 0n, 65_535n);
    case "bytes":
      return parseSize(text);
    case "bytes-or-all":
      return text === "-1" ? -1 : parseSize(text);
    case "decimal":
      return parseProcessors(text);
    case "duration":
      return parseGoDuration(text);
    default:
      return text;
  }
}

function parseBool(text: string): boolean {
  if (/^(1|t|T|TRUE|true|True)$/.test(text)) return true;
  if (/^(0|f|F|FALSE|false|False)$/.test(text)) return false;
  throw new Error(`strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`);
}

function parseInteger(text: string, call: string, min: bigint, max: bigint): number {
  const digits = /^([+-]?)(0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|[1-9]\d*|0)$/.exec(text);
  if (digits === null || (call === "ParseUint" && digits[1] !== ""))
    throw new Error(`strconv.${call}: parsing ${JSON.stringify(text)}: invalid syntax`);
  const octal = /^0[0-7]+$/.test(digits[2]!) ? `0o${digits[2]!.slice(1)}` : digits[2]!;
  const value = digits[1] === "-" ? -BigInt(octal) : BigInt(octal);
  if (value < min || value > max)
    throw new Error(`strconv.${call}: parsing ${JSON.stringify(text)}: value out of range`);
  return Number(value);
}

/** `64m`, `1.5g`, `512`: bytes, base 1024. */
export function parseSize(text: string): number {
  const parts = /^(\d+(?:\.\d+)?)\s?(.*)$/s.exec(text);
  if (parts === null) throw new Error(`invalid size: '${text}'`);
  const suffix = /^([kmgtp])?i?b?$/i.exec(parts[2]!);
  if (suffix === null) throw new Error(`invalid suffix: '${parts[2]}'`);
  const power = suffix[1] === undefined ? 0 : "kmgtp".indexOf(suffix[1].toLowerCase()) + 1;
  return Math.trunc(Number(parts[1]) * 1024 ** power);
}

/** `1.5` processors as billionths. */
function parseProcessors(text: string): number {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)) throw new Error(`failed to parse ${text} as a rational number`);
  if ((text.split(".")[1] ?? "").replace(/0+$/, "").length > 9) throw new Error("value is too precise");
  return Math.round(Number(text) * 1e9);
}
