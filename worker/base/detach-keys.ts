// The keys that leave a process running: `ctrl-p,ctrl-q` unless told otherwise. Also finds them in what is typed.

import { EngineError } from "./errors.ts";

const NAMED: Readonly<Record<string, number>> = {
  "ctrl-@": 0,
  "ctrl-[": 27,
  "ctrl-\\": 28,
  "ctrl-]": 29,
  "ctrl-^": 30,
  "ctrl-_": 31,
  DEL: 127,
};
export const DEFAULT_DETACH_KEYS: Uint8Array = new Uint8Array([16, 17]);

/** Throws EngineError("invalid-argument") for a sequence that is none. */
export function parseDetachKeys(text: string): Uint8Array {
  if (text === "") return DEFAULT_DETACH_KEYS;
  const codes = text.split(",").map((key) => {
    const code = codeOf(key);
    if (code === undefined || code > 127)
      throw new EngineError("invalid-argument", `Unknown character: '${key}'`);
    return code;
  });
  return Uint8Array.from(codes);
}

function codeOf(key: string): number | undefined {
  const letter = /^ctrl-([a-z])$/.exec(key)?.[1];
  if (letter !== undefined) return letter.charCodeAt(0) - 96;
  if (Object.hasOwn(NAMED, key)) return NAMED[key];
  return key.length === 1 ? key.charCodeAt(0) : undefined;
}

/** The text that `parseDetachKeys` makes these keys of. */
export function detachKeysText(keys: Uint8Array): string {
  return Array.from(keys, (code) => {
    const named = Object.entries(NAMED).find(([, value]) => value === code)?.[0];
    return named ?? (code < 32 ? `ctrl-${String.fromCharCode(code + 96)}` : String.fromCharCode(code));
  }).join(",");
}

/** Looks for a sequence of keys in a stream of chunks; what may be its beginning is held back until it is clear. */
export class DetachKeyFilter {
  readonly #keys: Uint8Array;
  #matched = 0;

  constructor(keys: Uint8Array) {
    this.#keys = keys;
  }

  /** What to pass on, and whether the sequence is complete (the rest of the chunk is dropped then). */
  push(chunk: Uint8Array): { readonly pass: Uint8Array; readonly detached: boolean } {
    const pass: number[] = [];
    for (const byte of chunk) {
      if (byte !== this.#keys[this.#matched] && this.#matched > 0) {
        pass.push(...this.#keys.subarray(0, this.#matched));
        this.#matched = 0;
      }
      if (byte !== this.#keys[this.#matched]) pass.push(byte);
      else if (++this.#matched === this.#keys.byteLength)
        return { pass: Uint8Array.from(pass), detached: true };
    }
    return { pass: Uint8Array.from(pass), detached: false };
  }
}
