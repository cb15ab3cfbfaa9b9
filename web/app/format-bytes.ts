// Sizes for people, in decimal units as browsers' download lists show them.

const UNITS = ["B", "KB", "MB", "GB"] as const;

/** `1234567` → `1.2 MB`. */
export function formatBytes(bytes: number): string {
  let value = Math.max(0, bytes);
  let unit = 0;
  while (value >= 999.95 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit < 2 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}
