// What Tab and Enter do in a text field with code: positions in, a replacement out.

export interface TextChange {
  readonly from: number;
  readonly to: number;
  readonly text: string;
  /** Afterwards. */
  readonly selectionStart: number;
  readonly selectionEnd: number;
}

/** A step of indentation as the text has it: a tab where lines begin with one, else four spaces, or two where that is seen. */
export function indentUnit(text: string): string {
  if (/^\t/m.test(text)) return "\t";
  return /^ {2}\S/m.test(text) ? "  " : "    ";
}

/** Tab (1) and Shift+Tab (-1): of the lines of a selection, or up to the next step where nothing is selected. */
export function changeIndent(text: string, start: number, end: number, by: 1 | -1): TextChange {
  const unit = indentUnit(text);
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  if (by === 1 && start === end) {
    const column = start - lineStart;
    const added = unit === "\t" ? unit : " ".repeat(unit.length - (column % unit.length));
    const after = start + added.length;
    return { from: start, to: end, text: added, selectionStart: after, selectionEnd: after };
  }
  const before = text.slice(lineStart, end);
  const changed = before
    .split("\n")
    .map((line) => {
      if (by === 1) return line === "" ? line : unit + line;
      const room = /^\t| */.exec(line)![0].length;
      return line.slice(Math.min(room, unit.length));
    })
    .join("\n");
  const first = changed.split("\n", 1)[0]!.length - before.split("\n", 1)[0]!.length;
  const newEnd = Math.max(lineStart, end + changed.length - before.length);
  const newStart = Math.max(lineStart, start + first);
  return {
    from: lineStart,
    to: end,
    text: changed,
    selectionStart: start === end ? newEnd : newStart,
    selectionEnd: newEnd,
  };
}

/** Enter: the new line begins as deep as this one, and a step deeper after what opens a block. */
export function newLineIndent(text: string, start: number, end: number): TextChange {
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const line = text.slice(lineStart, start);
  const opens = /[:{[(]\s*$/.test(line);
  const added = `\n${/^[ \t]*/.exec(line)![0]}${opens ? indentUnit(text) : ""}`;
  const after = start + added.length;
  return { from: start, to: end, text: added, selectionStart: after, selectionEnd: after };
}
