import { Terminal } from "@xterm/headless";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seenLines, withoutUnseenLines } from "./unseen-lines.ts";

const SIZE = { cols: 12, rows: 5, scrollback: 20, allowProposedApi: true };
const SEEN = seenLines(SIZE);

const encode = (text: string) => new TextEncoder().encode(text);
const shorten = (text: string) => new TextDecoder().decode(withoutUnseenLines(encode(text), SEEN));
const lines = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `${from + index}\r\n`).join("");

/** All that can be seen and goes on: every row of the buffer with its colours, and where the cursor is. */
async function stateAfter(writes: readonly Uint8Array[]): Promise<string> {
  const terminal = new Terminal(SIZE);
  for (const write of writes) await new Promise<void>((done) => terminal.write(write, done));
  const { active } = terminal.buffer;
  const cell = active.getNullCell();
  const rows = Array.from({ length: active.length }, (_, y) => {
    const line = active.getLine(y)!;
    const colors = Array.from({ length: line.length }, (_, x) => line.getCell(x, cell)!.getFgColor());
    return [line.translateToString(true), line.isWrapped, colors.join()];
  });
  const state = { type: active.type, x: active.cursorX, y: active.cursorY, base: active.baseY, rows };
  terminal.dispose();
  return JSON.stringify(state);
}

describe("withoutUnseenLines()", () => {
  it("leaves what can be seen", () => {
    expect(shorten(lines(1, SEEN))).toBe(lines(1, SEEN));
    expect(shorten("")).toBe("");
    expect(shorten("no end of a line")).toBe("no end of a line");
  });

  it("leaves out lines that would leave the scrollback, but for the first", () => {
    const short = shorten(lines(1, 1000));
    expect(short.startsWith("1\r\n")).toBe(true);
    expect(short.endsWith(lines(1000 - SEEN, 1000))).toBe(true);
    expect(short.length).toBeLessThan(lines(1000 - SEEN - 3, 1000).length);
  });

  it("leaves control sequences where they are, and what is before them", () => {
    const text = `${lines(1, 50)}\x1b[31mred\r\n${lines(1, 100)}`;
    const short = shorten(text);
    expect(short.startsWith(`${lines(1, 50)}\x1b[31mred\r\n`)).toBe(true);
    expect(short.length).toBeLessThan(text.length);
    const late = `${lines(1, 100)}\x1b[31mred\r\n`;
    expect(shorten(late)).toBe(late);
  });

  it("makes no difference on the terminal", async () => {
    const part = fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: 1, max: 60 }).map((count) => lines(count, 2 * count)) },
      fc.constantFrom(
        "\x1b[31m",
        "\x1b[0m",
        "\x1b[2;4r",
        "\x1b[r",
        "\x1b[?1049h",
        "\x1b[?1049l",
        "\x1b[3;3H",
        "long long long line\r\n",
        "\n\n",
        "é€😀\r\n",
        "\x1b]0;title\x07",
        "tab\tstop\r\n",
        "half",
        "\r",
      ),
    );
    const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 30 }), cuts, async (parts, places) => {
        const bytes = encode(parts.join(""));
        const ends = [...places.sort().map((place) => Math.floor(place * bytes.length)), bytes.length];
        const writes = ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
        const short = writes.map((write) => withoutUnseenLines(write, SEEN));
        expect(await stateAfter(short)).toBe(await stateAfter(writes));
      }),
      { numRuns: 300 },
    );
  });
});
