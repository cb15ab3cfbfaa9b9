import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { alignTable, formatTable } from "./table.ts";

describe("alignTable()", () => {
  it("gives columns at least ten places, and three between", () => {
    expect(
      formatTable([
        ["ID", "NAMES"],
        ["c0ffee000000", "web"],
      ]),
    ).toBe("ID             NAMES\nc0ffee000000   web\n");
    expect(
      formatTable([
        ["A", "B"],
        ["1", "2"],
      ]),
    ).toBe("A         B\n1         2\n");
  });

  it("keeps spaces of empty cells, but adds none after the last", () => {
    expect(
      formatTable([
        ["A", "", "C"],
        ["1", "2", ""],
      ]),
    ).toBe("A                   C\n1         2         \n");
  });

  it("counts characters, not bytes", () => {
    expect(
      formatTable([
        ["12345678…", "x"],
        ["a", "y"],
      ]),
    ).toBe("12345678…   x\na           y\n");
  });

  it("starts a column anew after a line without it", () => {
    expect(alignTable("aaaaaaaaaaaaaa\tb\nplain\na\tb\n")).toBe("aaaaaaaaaaaaaa   b\nplain\na         b\n");
  });

  it("puts every cell of a column at the same place", () => {
    const cell = fc.string().map((text) => text.replace(/[\t\n]/g, ""));
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1 }), (rows) => {
        const lines = formatTable(rows).split("\n").slice(0, -1);
        const width = Math.max(10, ...rows.map(([first]) => [...first].length + 3));
        rows.forEach(([first, second], index) => {
          const characters = [...lines[index]!];
          expect(characters.slice(0, width).join("").trimEnd()).toBe(first.trimEnd());
          expect(characters.slice(width).join("")).toBe(second);
        });
      }),
    );
  });
});
