// In a flood of short lines most leave the scrollback before the screen is drawn again. Those need not be parsed: the terminal looks the same.

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const TAB = 0x09;
const FIRST_PRINTABLE = 0x20;
const LAST_PRINTABLE = 0x7e;

/** So many lines push all that was before them out of the scrollback. The cursor may be at the top of the screen. */
export function seenLines(screen: { readonly rows: number; readonly scrollback: number }): number {
  return screen.scrollback + 2 * screen.rows;
}

/**
 * `bytes` of one write without lines that more than `seen` others follow in it: only where all from the first such line to the end is
 * plain ASCII. The first line stays, as it may end what began in an earlier write. (A program whose cursor is below a scrolling region of its
 * own writes all lines to the same row: of longer ones that are left out, no rest stays there.)
 */
export function withoutUnseenLines(bytes: Uint8Array, seen: number): Uint8Array {
  let plain = bytes.byteLength;
  let left = seen + 2;
  /** Where the lines begin that can be seen; 0: not found yet. */
  let kept = 0;
  for (; plain > 0 && isPlain(bytes[plain - 1]!); plain--) {
    if (kept > 0 || bytes[plain - 1] !== LINE_FEED || bytes[plain - 2] !== CARRIAGE_RETURN) continue;
    left--;
    if (left === 0) kept = plain;
  }
  const unseen = endOfLine(bytes, plain);
  if (unseen >= kept) return bytes;
  const shorter = new Uint8Array(unseen + bytes.byteLength - kept);
  shorter.set(bytes.subarray(0, unseen));
  shorter.set(bytes.subarray(kept), unseen);
  return shorter;
}

/** Behind the first "\r\n" from there on, or at the end. */
function endOfLine(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(LINE_FEED, from); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1))
    if (bytes[at - 1] === CARRIAGE_RETURN) return at + 1;
  return bytes.byteLength;
}

function isPlain(byte: number): boolean {
  return (
    (byte >= FIRST_PRINTABLE && byte <= LAST_PRINTABLE) ||
    byte === LINE_FEED ||
    byte === CARRIAGE_RETURN ||
    byte === TAB
  );
}
