// The title that a program in the guest gave its terminal (OSC 0 and 2), made fit for a tab: it is hostile input.

const MAX_LENGTH = 80;

/** Undefined when nothing readable is left. */
export function tabTitle(raw: string): string | undefined {
  const text = raw
    .slice(0, MAX_LENGTH * 8)
    // Controls, and the invisible characters that could reverse or hide a text (bidi, zero width).
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}]+/gu, " ")
    .replace(/\s+/gu, " ")
    .trim();
  if (text === "") return undefined;
  const characters = [...text];
  return characters.length <= MAX_LENGTH ? text : `${characters.slice(0, MAX_LENGTH - 1).join("")}…`;
}
