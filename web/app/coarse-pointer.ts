// Whether a finger points here: text is larger then, and keys of a keyboard are not spoken of.

export function hasCoarsePointer(): boolean {
  return window.matchMedia("(pointer: coarse)").matches;
}
