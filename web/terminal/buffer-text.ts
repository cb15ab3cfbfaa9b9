// A terminal's contents as text: scrollback and screen, wrapped lines joined, without the empty lines at the end.

import type { IBuffer } from "@xterm/xterm";

export function bufferText(buffer: IBuffer): string {
  const lines: string[] = [];
  for (let row = 0; row < buffer.length; row++) {
    const line = buffer.getLine(row);
    if (line === undefined) continue;
    const continues = buffer.getLine(row + 1)?.isWrapped ?? false;
    const text = line.translateToString(!continues);
    if (line.isWrapped && lines.length > 0) lines[lines.length - 1] += text;
    else lines.push(text);
  }
  return lines.join("\n").trimEnd();
}
