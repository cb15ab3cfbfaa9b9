import { describe, expect, it } from "vitest";
import { bytesSize, ellipsis, humanAgo, humanDuration, humanSize, shortId } from "./units.ts";

describe("humanSize()", () => {
  it.each([
    [0, 3, "0B"],
    [999, 3, "999B"],
    [1000, 3, "1kB"],
    [7_654_321, 3, "7.65MB"],
    [7_654_321, 4, "7.654MB"],
    [999_999, 4, "1000kB"],
    [999_999, 3, "1e+03kB"],
    [1.5e12, 4, "1.5TB"],
  ])("%d with %d digits is %s", (bytes, digits, text) => {
    expect(humanSize(bytes, digits)).toBe(text);
  });
});

describe("bytesSize()", () => {
  it.each([
    [0, "0B"],
    [1023, "1023B"],
    [8_900_000, "8.488MiB"],
    [67_108_864, "64MiB"],
    [500_000_000, "476.8MiB"],
  ])("%d is %s", (bytes, text) => {
    expect(bytesSize(bytes)).toBe(text);
  });
});

describe("humanDuration()", () => {
  const HOUR = 3600;
  const DAY = 24 * HOUR;
  it.each([
    [0.9, "Less than a second"],
    [1, "1 second"],
    [59, "59 seconds"],
    [60, "About a minute"],
    [119, "About a minute"],
    [120, "2 minutes"],
    [59 * 60 + 59, "59 minutes"],
    [HOUR, "About an hour"],
    [1.5 * HOUR, "2 hours"],
    [47 * HOUR, "47 hours"],
    [48 * HOUR, "2 days"],
    [13 * DAY, "13 days"],
    [14 * DAY, "2 weeks"],
    [59 * DAY, "8 weeks"],
    [60 * DAY, "2 months"],
    [700 * DAY, "23 months"],
    [730 * DAY, "2 years"],
  ])("%d s is %s", (seconds, text) => {
    expect(humanDuration(seconds)).toBe(text);
  });

  it("is N/A for a time that never was", () => {
    expect(humanAgo(0, 1000)).toBe("N/A");
    expect(humanAgo(1000, 6000)).toBe("5 seconds ago");
  });
});

describe("ellipsis() and shortId()", () => {
  it("cut at characters", () => {
    expect(ellipsis("äöüäöü", 4)).toBe("äöü…");
    expect(ellipsis("abcd", 4)).toBe("abcd");
    expect(shortId(`sha256:${"ab".repeat(32)}`)).toBe("abababababab");
  });
});
