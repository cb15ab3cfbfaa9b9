// Times as the Docker API writes and reads them: RFC 3339 with nanoseconds, seconds with a fraction, and durations.

import { EngineError } from "../base/errors.ts";

export const NEVER = "0001-01-01T00:00:00Z";

/** `2026-01-02T03:04:05.678901234Z`; 0 is Go's zero time. The last digits are what a double holds. */
export function rfc3339Nano(timeMs: number): string {
  if (timeMs === 0) return NEVER;
  const [head, fraction] = parts(timeMs);
  const trimmed = fraction.replace(/0+$/, "");
  return trimmed === "" ? `${head}Z` : `${head}.${trimmed}Z`;
}

/** The same with all nine digits, as log lines have it. */
export function rfc3339NanoFixed(timeMs: number): string {
  const [head, fraction] = parts(timeMs);
  return `${head}.${fraction}Z`;
}

function parts(timeMs: number): [string, string] {
  const seconds = Math.floor(timeMs / 1000);
  const nanoseconds = Math.min(999_999_999, Math.floor((timeMs - seconds * 1000) * 1e6));
  return [new Date(seconds * 1000).toISOString().slice(0, 19), String(nanoseconds).padStart(9, "0")];
}

/**
 * `since` and `until`: seconds since 1970 with an optional fraction, RFC 3339, a date, or a duration before now (`10m`).
 * Returns milliseconds; undefined for an empty text.
 */
export function parseTimeMs(text: string, nowMs: number): number | undefined {
  if (text === "") return undefined;
  const seconds = /^(\d{1,15})(?:\.(\d{1,9}))?$/.exec(text);
  if (seconds) return Number(seconds[1]) * 1000 + Number((seconds[2] ?? "").padEnd(9, "0")) / 1e6;
  if (/^\d{4}-\d\d-\d\d/.test(text)) {
    const withZone = /[Zz]$|[+-]\d\d:\d\d$/.test(text) || text.length === 10 ? text : `${text}Z`;
    const parsed = Date.parse(withZone.replace(/(\.\d{3})\d+/, "$1"));
    if (!Number.isNaN(parsed)) return parsed;
  }
  const duration = parseDurationMs(text);
  if (duration !== undefined) return nowMs - duration;
  throw new EngineError("invalid-argument", `failed to parse value as time or duration: "${text}"`);
}

const UNITS_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** Go's durations: `1h30m`, `1.5s`. Undefined for anything else. */
export function parseDurationMs(text: string): number | undefined {
  if (text.length > 100 || !/^([0-9]*\.?[0-9]+(ns|us|µs|ms|s|m|h))+$/.test(text)) return undefined;
  let total = 0;
  for (const match of text.matchAll(/([0-9]*\.?[0-9]+)(ns|us|µs|ms|s|m|h)/g)) {
    total += Number(match[1]) * (UNITS_MS[match[2] ?? ""] ?? 0);
  }
  return total;
}
