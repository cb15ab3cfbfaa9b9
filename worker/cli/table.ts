// Elastic tab stops as Go's text/tabwriter lays them out, which is what every table of Docker goes through: a cell ends with a
// tab, a column is a run of adjacent lines that have a cell there, and the text after a line's last tab belongs to no column.

export interface TableLayout {
  readonly minWidth: number;
  readonly padding: number;
}

/** The layout of Docker's lists. */
export const LIST_LAYOUT: TableLayout = { minWidth: 10, padding: 3 };

/** Lines with tabs in, lines with aligned columns out. */
export function alignTable(text: string, layout: TableLayout = LIST_LAYOUT): string {
  const lines = text.split("\n").map((line) => line.split("\t"));
  const widths: number[][] = lines.map(() => []);
  for (let column = 0; lines.some((cells) => cells.length - 1 > column); column++) {
    let line = 0;
    while (line < lines.length) {
      const end = blockEnd(lines, line, column);
      if (end === line) line++;
      else {
        const width = columnWidth(lines, line, end, column, layout);
        for (; line < end; line++) widths[line]![column] = width;
      }
    }
  }
  return lines.map((cells, line) => renderLine(cells, widths[line]!)).join("\n");
}

/** A table of rows of cells, each line ended. */
export function formatTable(rows: readonly (readonly string[])[], layout?: TableLayout): string {
  if (rows.length === 0) return "";
  return alignTable(`${rows.map((row) => row.join("\t")).join("\n")}\n`, layout);
}

function blockEnd(lines: readonly string[][], start: number, column: number): number {
  let end = start;
  while (end < lines.length && lines[end]!.length - 1 > column) end++;
  return end;
}

function columnWidth(
  lines: readonly string[][],
  start: number,
  end: number,
  column: number,
  layout: TableLayout,
): number {
  let width = layout.minWidth;
  for (let line = start; line < end; line++)
    width = Math.max(width, characterCount(lines[line]![column]!) + layout.padding);
  return width;
}

function renderLine(cells: readonly string[], widths: readonly number[]): string {
  const last = cells.length - 1;
  return cells
    .map((cell, column) =>
      column === last ? cell : cell + " ".repeat(Math.max(0, widths[column]! - characterCount(cell))),
    )
    .join("");
}

function characterCount(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
