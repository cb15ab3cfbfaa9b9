import { describe, expect, it } from "vitest";
import { formatMeasurements, formatQuantity } from "./format-measurements.ts";
import { type Measurement, median, meetsTarget } from "./measurement.ts";

const START: Measurement = { what: "start", where: "Node", value: 812.4, unit: "ms" };
const IMPORT: Measurement = {
  what: "import of an archive",
  where: "Chromium",
  value: 61.26,
  unit: "MB/s",
  target: { bound: "at least", value: 50 },
};

describe("formatMeasurements()", () => {
  it("aligns columns, numbers to the right, and says which targets are met", () => {
    const missed: Measurement = {
      ...IMPORT,
      what: "idle",
      value: 4,
      target: { bound: "at most", value: 3 },
      unit: "%",
    };
    expect(formatMeasurements([START, IMPORT, missed])).toBe(
      [
        "what                  where      measured  target",
        "start                 Node         812 ms",
        "import of an archive  Chromium  61.3 MB/s  at least 50 MB/s  ✓",
        "idle                  Chromium     4.00 %  at most 3 %       ✗",
      ].join("\n"),
    );
  });
});

describe("formatQuantity()", () => {
  it("gives three digits", () => {
    expect([0, 0.004, 1.234, 9.996, 56.78, 99.96, 1234.5].map((value) => formatQuantity(value, "s"))).toEqual(
      ["0 s", "0.00 s", "1.23 s", "10.0 s", "56.8 s", "100 s", "1235 s"],
    );
  });
});

describe("meetsTarget()", () => {
  it("takes the bound itself as met, and has no answer without a target", () => {
    expect(meetsTarget({ ...IMPORT, value: 50 })).toBe(true);
    expect(meetsTarget({ ...IMPORT, value: 49.9 })).toBe(false);
    expect(meetsTarget(START)).toBeUndefined();
  });
});

describe("median()", () => {
  it("is the middle, whatever the order", () => {
    expect(median([10, 2, 30])).toBe(10);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(() => median([])).toThrow(RangeError);
  });
});
