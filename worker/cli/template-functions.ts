// The functions of templates: Go's own (index, len, printf, eq, …) and those that Docker adds (json, join, split, …).

import { goPrintf } from "./go-printf.ts";
import { formatValue, isTrue, toJson } from "./template-value.ts";

/** Why a function gives no value; the caller knows where that is. */
export class FunctionFailure extends Error {
  /** The argument that is to blame; absent: the call. */
  readonly argument: { readonly value: unknown; readonly expected: string } | undefined;

  constructor(reason: string, argument?: FunctionFailure["argument"]) {
    super(reason);
    this.argument = argument;
  }
}

type TemplateFunction = (...args: readonly unknown[]) => unknown;

const FUNCTIONS: Readonly<Record<string, TemplateFunction>> = {
  json: (value) => toJson(value),
  join: (list, separator) => asList(list).map(formatValue).join(asText(separator)),
  split: (text, separator) => asText(text).split(asText(separator)),
  lower: (text) => asText(text).toLowerCase(),
  upper: (text) => asText(text).toUpperCase(),
  title: (text) =>
    asText(text).replace(/(^|\s)(\S)/gu, (_, space: string, letter: string) => space + letter.toUpperCase()),
  pad: (text, before, after) =>
    text === "" ? "" : " ".repeat(asCount(before)) + asText(text) + " ".repeat(asCount(after)),
  truncate: (text, length) => [...asText(text)].slice(0, asCount(length)).join(""),
  not: (value) => !isTrue(value),
  and: (...args) => args.find((value) => !isTrue(value)) ?? args.at(-1),
  or: (...args) => args.find(isTrue) ?? args.at(-1),
  eq: (first, ...others) => others.some((other) => isSame(first, other)),
  ne: (a, b) => !isSame(a, b),
  lt: (a, b) => compare("lt", a, b) < 0,
  le: (a, b) => compare("le", a, b) <= 0,
  gt: (a, b) => compare("gt", a, b) > 0,
  ge: (a, b) => compare("ge", a, b) >= 0,
  len: lengthOf,
  index: (target, ...keys) => keys.reduce(indexOf, target),
  slice: sliceOf,
  print: (...args) => joinPrinted(args),
  println: (...args) => `${args.map(formatValue).join(" ")}\n`,
  printf: (format, ...args) => goPrintf(asText(format), args),
  html: (text) => formatValue(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`),
  urlquery: (text) => encodeURIComponent(formatValue(text)).replaceAll("%20", "+"),
  js: (text) => JSON.stringify(formatValue(text)).slice(1, -1),
};

/** In a table's heading these give back what they are given, so that `{{json .Labels}}` is headed LABELS. */
const HEADING_IDENTITY: ReadonlySet<string> = new Set([
  "json",
  "title",
  "lower",
  "upper",
  "truncate",
  "split",
]);

export function isFunction(name: string): boolean {
  return Object.hasOwn(FUNCTIONS, name);
}

/** Of one that isFunction() knows. Throws a FunctionFailure for arguments it cannot take. */
export function callFunction(name: string, args: readonly unknown[], inHeading: boolean): unknown {
  const call = FUNCTIONS[name]!;
  if (inHeading && HEADING_IDENTITY.has(name)) return args[0];
  if (inHeading && name === "join") return args[0];
  return call(...args);
}

function calling(name: string, reason: string): FunctionFailure {
  return new FunctionFailure(`error calling ${name}: ${reason}`);
}

function wrongType(expected: string, value: unknown): FunctionFailure {
  const reason = `wrong type for value; expected ${expected}; got ${goType(value)}`;
  return new FunctionFailure(reason, { value, expected });
}

function goType(value: unknown): string {
  if (typeof value === "number") return Number.isInteger(value) ? "int" : "float64";
  if (typeof value === "boolean") return "bool";
  if (Array.isArray(value)) return "[]interface {}";
  return typeof value === "object" ? "map[string]interface {}" : typeof value;
}

function asText(value: unknown): string {
  if (typeof value !== "string") throw wrongType("string", value);
  return value;
}

function asCount(value: unknown): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > 10_000)
    throw wrongType("int", value);
  return value;
}

function asList(value: unknown): readonly unknown[] {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) throw wrongType("[]string", value);
  return value;
}

function isSame(a: unknown, b: unknown): boolean {
  return (a ?? null) === (b ?? null);
}

function compare(name: string, a: unknown, b: unknown): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === "string" && typeof b === "string") return a < b ? -1 : a > b ? 1 : 0;
  throw calling(name, "incompatible types for comparison");
}

function lengthOf(value: unknown): number {
  if (typeof value === "string") return new TextEncoder().encode(value).byteLength;
  if (Array.isArray(value)) return value.length;
  if (value === null || value === undefined) return 0;
  if (typeof value === "object") return Object.keys(value).length;
  throw calling("len", `len of type ${goType(value)}`);
}

function indexOf(target: unknown, key: unknown): unknown {
  if (target === null || target === undefined) throw calling("index", "index of untyped nil");
  if (Array.isArray(target) || typeof target === "string") {
    if (typeof key !== "number" || key < 0 || key >= target.length)
      throw calling("index", `index out of range: ${formatValue(key)}`);
    return typeof target === "string" ? target.charCodeAt(key) : target[key];
  }
  if (typeof target !== "object") throw calling("index", `can't index item of type ${goType(target)}`);
  const name = String(key);
  return Object.hasOwn(target, name) ? (target as Record<string, unknown>)[name] : "";
}

function sliceOf(target: unknown, from: unknown = 0, to?: unknown): unknown {
  if (typeof target !== "string" && !Array.isArray(target))
    throw calling("slice", `can't slice item of type ${goType(target)}`);
  const end = to === undefined ? target.length : asCount(to);
  const start = asCount(from);
  if (start > end || end > target.length) throw calling("slice", `index out of range: ${end}`);
  return target.slice(start, end);
}

/** Spaces between operands when neither is a string. */
function joinPrinted(args: readonly unknown[]): string {
  let text = "";
  args.forEach((value, index) => {
    const spaced = index > 0 && typeof value !== "string" && typeof args[index - 1] !== "string";
    text += (spaced ? " " : "") + formatValue(value);
  });
  return text;
}
