// Scrolling with a finger, which xterm 6 leaves to its host: through the scrollback, or, where a program has taken the
// whole screen, with arrow keys, as a wheel does.

import type { Terminal } from "@xterm/xterm";

/** `press` sends an arrow key to the program. */
export function enableTouchScroll(
  screen: HTMLElement,
  terminal: Terminal,
  press: (key: "up" | "down") => void,
): void {
  let lastY: number | undefined;
  let remainder = 0;

  screen.addEventListener("touchstart", (event) => {
    lastY = event.touches.length === 1 ? event.touches[0]!.clientY : undefined;
    remainder = 0;
  });

  screen.addEventListener(
    "touchmove",
    (event) => {
      const y = event.touches[0]?.clientY;
      if (lastY === undefined || y === undefined) return;
      event.preventDefault();
      const moved = remainder + (lastY - y) / (screen.clientHeight / terminal.rows);
      const lines = Math.trunc(moved);
      remainder = moved - lines;
      lastY = y;
      if (lines === 0) return;
      if (terminal.buffer.active.type === "normal") terminal.scrollLines(lines);
      else for (let line = Math.abs(lines); line > 0; line--) press(lines > 0 ? "down" : "up");
    },
    { passive: false },
  );
}
