// Values of templates as Go sees them: what is true, and how they print.

import { formatNumber } from "./go-number.ts";

/** Not so: nothing, false, 0, and everything empty. */
export function isTrue(value: unknown): boolean {
  if (value === null || value === undefined || value === false || value === 0 || value === "") return false;
  if (Array.isArray(value)) return value.length > 0;
  return typeof value !== "object" || Object.keys(value).length > 0;
}

/** `%v`: `[a b]`, `map[k:v]`, `<nil>` for nothing. */
export function formatValue(value: unknown): string {
  return formatInner(value, 0);
}

/** What JSON has as null is nearly always an empty list of Docker's. */
function formatInner(value: unknown, depth: number): string {
  if (value === undefined) return "<nil>";
  if (value === null) return "[]";
  if (typeof value === "number") return formatNumber(value);
  if (typeof value !== "object") return String(value);
  if (depth > 200) return "…";
  if (Array.isArray(value)) return `[${value.map((item) => formatInner(item, depth + 1)).join(" ")}]`;
  const entries = Object.entries(value).filter(([, item]) => typeof item !== "function");
  const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[${sorted.map(([key, item]) => `${key}:${formatInner(item, depth + 1)}`).join(" ")}]`;
}

/** toJson with `<`, `>` and `&` escaped, as lists with --format json have it. */
export function toHtmlSafeJson(value: unknown): string {
  const escapes: Readonly<Record<string, string>> = { "<": "\\u003c", ">": "\\u003e", "&": "\\u0026" };
  return toJson(value).replace(/[<>&]/g, (character) => escapes[character]!);
}

/** A list's rows write themselves: in the order of their fields' names, with HTML escapes. */
export const OWN_JSON: unique symbol = Symbol("json");

/** JSON as the template function `json` prints it: on one line, no HTML escapes. */
export function toJson(value: unknown): string {
  if (typeof value === "object" && value !== null && OWN_JSON in value) return String(value[OWN_JSON]);
  return (
    JSON.stringify(value ?? null, (_, item: unknown) => (typeof item === "function" ? undefined : item)) ??
    "null"
  );
}
