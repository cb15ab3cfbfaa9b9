// Whether things may move by themselves. Not where the visitor asked for less of it, and not where drawing is the processor's work: the
// launch's moving picture took as much time from the machine there as starting it needs, and a blinking cursor a tenth of a core.

import { hasHardwareDrawing } from "./hardware-drawing.ts";

const reduced = window.matchMedia("(prefers-reduced-motion: reduce)");

export function mayMove(): boolean {
  return !reduced.matches && hasHardwareDrawing();
}

/** Keeps the attribute `data-still` on the page's root, for style sheets. */
export function markStillness(): void {
  const mark = () => document.documentElement.toggleAttribute("data-still", !mayMove());
  reduced.addEventListener("change", mark);
  mark();
}
