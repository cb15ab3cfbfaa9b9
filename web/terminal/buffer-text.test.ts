import headless from "@xterm/headless";
import { describe, expect, it } from "vitest";
import { bufferText } from "./buffer-text.ts";

async function textOf(output: string, rows = 4): Promise<string> {
  const terminal = new headless.Terminal({ cols: 10, rows, allowProposedApi: true });
  await new Promise<void>((done) => terminal.write(output, done));
  return bufferText(terminal.buffer.active);
}

describe("bufferText()", () => {
  it("joins wrapped lines, keeping the spaces at the seam", async () => {
    expect(await textOf("123456789 abcdefghij klm\r\nnext")).toBe("123456789 abcdefghij klm\nnext");
  });

  it("has the scrollback, and no empty lines at the end", async () => {
    expect(await textOf("1\r\n2\r\n3\r\n4\r\n5\r\n6\r\n", 3)).toBe("1\n2\n3\n4\n5\n6");
  });
});
