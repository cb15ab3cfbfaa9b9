// Docker's words for sizes and times: base 1000 for what is stored (`7.65MB`), base 1024 for memory (`8.583MiB`),
// and rounded durations (`About an hour`). Only the formats matter here; they are part of what scripts parse.

import { formatSignificant } from "./go-number.ts";

const DECIMAL_UNITS = ["B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"];
const BINARY_UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"];

/** `7.654MB`: base 1000, four significant digits unless told otherwise (image lists use three). */
export function humanSize(sizeBytes: number, digits = 4): string {
  return scaled(sizeBytes, 1000, DECIMAL_UNITS, digits);
}

/** `8.583MiB`: base 1024. */
export function bytesSize(sizeBytes: number): string {
  return scaled(sizeBytes, 1024, BINARY_UNITS, 4);
}

function scaled(size: number, base: number, units: readonly string[], digits: number): string {
  let unit = 0;
  let value = size;
  while (value >= base && unit < units.length - 1) {
    value /= base;
    unit++;
  }
  return formatSignificant(value, digits) + units[unit];
}

/** `Less than a second`, `5 minutes`, `About an hour`, `3 weeks`, … of a duration in seconds. */
export function humanDuration(seconds: number): string {
  const whole = Math.trunc(seconds);
  if (whole < 1) return "Less than a second";
  if (whole === 1) return "1 second";
  if (whole < 60) return `${whole} seconds`;
  const minutes = Math.trunc(seconds / 60);
  if (minutes === 1) return "About a minute";
  if (minutes < 60) return `${minutes} minutes`;
  const hours = Math.trunc(seconds / 3600 + 0.5);
  if (hours === 1) return "About an hour";
  if (hours < 48) return `${hours} hours`;
  if (hours < 24 * 7 * 2) return `${Math.trunc(hours / 24)} days`;
  if (hours < 24 * 30 * 2) return `${Math.trunc(hours / 24 / 7)} weeks`;
  if (hours < 24 * 365 * 2) return `${Math.trunc(hours / 24 / 30)} months`;
  return `${Math.trunc(seconds / 3600 / 24 / 365)} years`;
}

/** `2 minutes ago` of a time in milliseconds since 1970; `N/A` for the zero time. */
export function humanAgo(timeMs: number, nowMs: number): string {
  if (!(timeMs > 0)) return "N/A";
  return `${humanDuration((nowMs - timeMs) / 1000)} ago`;
}

/** Go's default time layout in UTC: `2024-05-01 10:20:30 +0000 UTC`. */
export function goTime(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19).replace("T", " ")} +0000 UTC`;
}

/** The first twelve digits of an identity, without `sha256:`. */
export function shortId(id: string): string {
  return id.replace(/^sha256:/, "").slice(0, 12);
}

/** At most `width` characters, the last one `…` when something was cut. */
export function ellipsis(text: string, width: number): string {
  const characters = [...text];
  if (characters.length <= width) return text;
  return width <= 1 ? characters.slice(0, width).join("") : `${characters.slice(0, width - 1).join("")}…`;
}
