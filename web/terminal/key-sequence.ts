// What the keys of the touch bar send: the sequences of an xterm, as in "XTerm Control Sequences" (PC-style function keys).

export type BarKey = "escape" | "tab" | "up" | "down" | "left" | "right";

const ARROWS: Readonly<Partial<Record<BarKey, string>>> = { up: "A", down: "B", right: "C", left: "D" };

export interface Modifiers {
  readonly control: boolean;
  readonly alt: boolean;
}

/** `applicationCursor`: the program has asked for DECCKM, as editors do. */
export function keySequence(key: BarKey, modifiers: Modifiers, applicationCursor: boolean): string {
  const { control, alt } = modifiers;
  const arrow = ARROWS[key];
  if (arrow !== undefined) {
    if (control || alt) return `\x1b[1;${1 + (alt ? 2 : 0) + (control ? 4 : 0)}${arrow}`;
    return `\x1b${applicationCursor ? "O" : "["}${arrow}`;
  }
  return (alt ? "\x1b" : "") + (key === "tab" ? "\t" : "\x1b");
}

/** What a typed character becomes while Ctrl or Alt of the touch bar are held. More than one character (a word from the keyboard's suggestions) stays as it is. */
export function withModifiers(text: string, modifiers: Modifiers): string {
  if ([...text].length !== 1) return text;
  const character = modifiers.control ? controlCharacter(text) : text;
  return modifiers.alt ? `\x1b${character}` : character;
}

/** ^A to ^_ and ^?; a character that has no control form stays. */
function controlCharacter(character: string): string {
  if (character === " ") return "\0";
  if (character === "?") return "\x7f";
  const code = character.toUpperCase().charCodeAt(0);
  return code >= 0x40 && code <= 0x5f ? String.fromCharCode(code & 0x1f) : character;
}
