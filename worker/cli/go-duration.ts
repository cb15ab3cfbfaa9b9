// Go's durations (`1h15m30.5s`) as flags take them, and what --since and --until accept besides.

const UNIT_NS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/** Nanoseconds. Throws an Error in Go's words. */
export function parseGoDuration(text: string): number {
  const sign = text.startsWith("-") ? -1 : 1;
  let rest = /^[+-]/.test(text) ? text.slice(1) : text;
  if (rest === "0") return 0;
  if (rest === "") throw new Error(`time: invalid duration ${JSON.stringify(text)}`);
  let total = 0;
  while (rest !== "") {
    const number = /^(\d+\.?\d*|\.\d+)/.exec(rest)?.[0];
    if (number === undefined) throw new Error(`time: invalid duration ${JSON.stringify(text)}`);
    rest = rest.slice(number.length);
    const unit = /^[^\d.]*/.exec(rest)?.[0] ?? "";
    if (unit === "") throw new Error(`time: missing unit in duration ${JSON.stringify(text)}`);
    const scale = Object.hasOwn(UNIT_NS, unit) ? UNIT_NS[unit] : undefined;
    if (scale === undefined)
      throw new Error(`time: unknown unit ${JSON.stringify(unit)} in duration ${JSON.stringify(text)}`);
    rest = rest.slice(unit.length);
    total += Number(number) * scale;
  }
  if (total > 9.3e18) throw new Error(`time: invalid duration ${JSON.stringify(text)}`);
  return sign * Math.trunc(total);
}

/**
 * The API's form of a point in time, `SECONDS` or `SECONDS.NANOSECONDS`: from a duration before now, a date with or without time and
 * zone, or a Unix time. Throws an Error for anything else.
 */
export function parseTimestamp(text: string, nowMs: number): string {
  if (/^-?\d+(\.\d{1,9})?$/.test(text)) return text;
  try {
    const atMs = nowMs - parseGoDuration(text) / 1e6;
    return String(Math.trunc(atMs / 1000));
  } catch {
    return parseDate(text);
  }
}

function parseDate(text: string): string {
  const parts =
    /^(\d{4}-\d{2}-\d{2})(?:T(\d{2})(?::(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?)?(Z|[+-]\d{2}:\d{2})?$/.exec(
      text,
    );
  if (parts === null) throw new Error(`failed to parse value as time or duration: ${JSON.stringify(text)}`);
  const [, day, hour = "00", minute = "00", second = "00", fraction = "", zone = "Z"] = parts;
  const atMs = Date.parse(`${day}T${hour}:${minute}:${second}${zone}`);
  if (Number.isNaN(atMs)) throw new Error(`parsing time ${JSON.stringify(text)}: out of range`);
  return `${Math.trunc(atMs / 1000)}.${fraction.padEnd(9, "0")}`;
}
