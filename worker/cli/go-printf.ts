// printf of templates: the verbs that --format strings use. Mistakes print as Go prints them, `%!d(string=x)`.

import { bytesToHex } from "../base/hex.ts";
import { formatSignificant } from "./go-number.ts";
import { formatValue } from "./template-value.ts";

const MAX_WIDTH = 10_000;

export function goPrintf(format: string, args: readonly unknown[]): string {
  let next = 0;
  const text = format.replace(
    /%([-+# 0]*)(\d+)?(?:\.(\d+))?(.)/gsu,
    (whole, flags: string, width: string | undefined, precision: string | undefined, verb: string) => {
      if (verb === "%") return "%";
      if (next >= args.length) return `%!${verb}(MISSING)`;
      const body = formatVerb(
        verb,
        args[next++],
        flags,
        precision === undefined ? undefined : Number(precision),
      );
      return body === undefined
        ? `%!${verb}(${typeName(args[next - 1])}=${formatValue(args[next - 1])})`
        : pad(body, flags, width, whole);
    },
  );
  const extra = args.slice(next).map((value) => `${typeName(value)}=${formatValue(value)}`);
  return extra.length === 0 ? text : `${text}%!(EXTRA ${extra.join(", ")})`;
}

function formatVerb(
  verb: string,
  value: unknown,
  flags: string,
  precision: number | undefined,
): string | undefined {
  const sign = flags.includes("+") && typeof value === "number" && value >= 0 ? "+" : "";
  switch (verb) {
    case "v":
      return sign + formatValue(value);
    case "s":
      return typeof value === "number" || typeof value === "boolean"
        ? undefined
        : cut(formatValue(value), precision);
    case "q":
      return typeof value === "string" ? JSON.stringify(value) : undefined;
    case "d":
      return typeof value === "number" && Number.isInteger(value) ? sign + formatValue(value) : undefined;
    case "t":
      return typeof value === "boolean" ? String(value) : undefined;
    case "f":
    case "F":
      return typeof value === "number" ? sign + value.toFixed(Math.min(precision ?? 6, 100)) : undefined;
    case "g":
      return typeof value === "number"
        ? sign + formatSignificant(value, Math.min(Math.max(precision ?? 6, 1), 100))
        : undefined;
    case "x":
    case "X": {
      const hex = toHex(value);
      return verb === "X" ? hex?.toUpperCase() : hex;
    }
    case "T":
      return typeName(value);
    default:
      return undefined;
  }
}

function toHex(value: unknown): string | undefined {
  if (typeof value === "number" && Number.isInteger(value)) return value.toString(16);
  if (typeof value !== "string") return undefined;
  return bytesToHex(new TextEncoder().encode(value));
}

function cut(text: string, precision: number | undefined): string {
  return precision === undefined ? text : [...text].slice(0, precision).join("");
}

function pad(body: string, flags: string, width: string | undefined, whole: string): string {
  if (width === undefined) return body;
  const target = Math.min(Number(width), MAX_WIDTH);
  if (flags.includes("-")) return body.padEnd(target);
  const zero = flags.includes("0") && /[dfFgx]$/.test(whole);
  if (!zero) return body.padStart(target);
  const sign = /^[+-]/.exec(body)?.[0] ?? "";
  return sign + body.slice(sign.length).padStart(target - sign.length, "0");
}

function typeName(value: unknown): string {
  if (typeof value === "number") return Number.isInteger(value) ? "int" : "float64";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "string") return "string";
  return value === null || value === undefined
    ? "<nil>"
    : Array.isArray(value)
      ? "[]interface {}"
      : "map[string]interface {}";
}
