// The functions of templates: Go's own (index, len, printf, eq, …) and those that Docker adds (json, join, split, …).

import { CliError } from "./cli-error.ts";
import { goPrintf } from "./go-printf.ts";
import { formatValue, isTrue, toJson } from "./template-value.ts";

type TemplateFunction = (...args: readonly unknown[]) => unknown;

const FUNCTIONS: Readonly<Record<string, TemplateFunction>> = {
  json: (value) => toJson(value),
  join: (list, separator) => asList("join", list).map(formatValue).join(asText("join", separator)),
  split: (text, separator) => asText("split", text).split(asText("split", separator)),
  lower: (text) => asText("lower", text).toLowerCase(),
  upper: (text) => asText("upper", text).toUpperCase(),
  title: (text) =>
    asText("title", text).replace(
      /(^|\s)(\S)/gu,
      (_, space: string, letter: string) => space + letter.toUpperCase(),
    ),
  pad: (text, before, after) =>
    text === ""
      ? ""
      : " ".repeat(asCount("pad", before)) + asText("pad", text) + " ".repeat(asCount("pad", after)),
  truncate: (text, length) => [...asText("truncate", text)].slice(0, asCount("truncate", length)).join(""),
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
  printf: (format, ...args) => goPrintf(asText("printf", format), args),
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

/** Of one that isFunction() knows. Throws a CliError for arguments it cannot take. */
export function callFunction(name: string, args: readonly unknown[], inHeading: boolean): unknown {
  const call = FUNCTIONS[name]!;
  if (inHeading && HEADING_IDENTITY.has(name)) return args[0];
  if (inHeading && name === "join") return args[0];
  return call(...args);
}

function wrong(name: string, reason: string): CliError {
  return new CliError(`template parsing error: template: :1: executing "" at <${name}>: ${reason}`);
}

function asText(name: string, value: unknown): string {
  if (typeof value !== "string")
    throw wrong(name, `wrong type for value; expected string; got ${typeof value}`);
  return value;
}

function asCount(name: string, value: unknown): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > 10_000)
    throw wrong(name, "wrong type for value; expected int");
  return value;
}

function asList(name: string, value: unknown): readonly unknown[] {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value))
    throw wrong(name, `wrong type for value; expected []string; got ${typeof value}`);
  return value;
}

function isSame(a: unknown, b: unknown): boolean {
  return (a ?? null) === (b ?? null);
}

function compare(name: string, a: unknown, b: unknown): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === "string" && typeof b === "string") return a < b ? -1 : a > b ? 1 : 0;
  throw wrong(name, "incompatible types for comparison");
}

function lengthOf(value: unknown): number {
  if (typeof value === "string") return new TextEncoder().encode(value).byteLength;
  if (Array.isArray(value)) return value.length;
  if (value === null || value === undefined) return 0;
  if (typeof value === "object") return Object.keys(value).length;
  throw wrong("len", `len of type ${typeof value}`);
}

function indexOf(target: unknown, key: unknown): unknown {
  if (target === null || target === undefined) throw wrong("index", "index of untyped nil");
  if (Array.isArray(target) || typeof target === "string") {
    if (typeof key !== "number" || key < 0 || key >= target.length)
      throw wrong("index", `error calling index: index out of range: ${formatValue(key)}`);
    return typeof target === "string" ? target.charCodeAt(key) : target[key];
  }
  if (typeof target !== "object") throw wrong("index", `can't index item of type ${typeof target}`);
  const name = String(key);
  return Object.hasOwn(target, name) ? (target as Record<string, unknown>)[name] : "";
}

function sliceOf(target: unknown, from: unknown = 0, to?: unknown): unknown {
  if (typeof target !== "string" && !Array.isArray(target))
    throw wrong("slice", `slice of type ${typeof target}`);
  const end = to === undefined ? target.length : asCount("slice", to);
  const start = asCount("slice", from);
  if (start > end || end > target.length)
    throw wrong("slice", `error calling slice: index out of range: ${end}`);
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
