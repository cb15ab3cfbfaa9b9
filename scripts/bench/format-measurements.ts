// The benchmark's table as aligned text.

import { type Measurement, meetsTarget } from "./measurement.ts";

const HEADINGS = ["what", "where", "measured", "target", ""];
/** The columns of numbers, which end at the same place. */
const RIGHT = new Set([2]);

/** A line for each measurement under a line of headings; the last column tells whether the target is met. */
export function formatMeasurements(measurements: readonly Measurement[]): string {
  const rows = [HEADINGS, ...measurements.map(cellsOf)];
  const widths = HEADINGS.map((_heading, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        RIGHT.has(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
      )
      .join("  ")
      .trimEnd();
  return rows.map(line).join("\n");
}

/** Three digits that matter, and no more decimals than that takes. */
export function formatQuantity(value: number, unit: Measurement["unit"]): string {
  const size = Math.abs(value);
  const decimals = size >= 99.95 || size === 0 ? 0 : size >= 9.995 ? 1 : 2;
  return `${value.toFixed(decimals)} ${unit}`;
}

function cellsOf(measurement: Measurement): string[] {
  const { what, where, value, unit, target } = measurement;
  const met = meetsTarget(measurement);
  return [
    what,
    where,
    formatQuantity(value, unit),
    target === undefined ? "" : `${target.bound} ${target.value} ${unit}`,
    met === undefined ? "" : met ? "✓" : "✗",
  ];
}
