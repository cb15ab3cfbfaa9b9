// The keys that leave a container running: `ctrl-p,ctrl-q` unless told otherwise. Also finds them in what is typed.

import { CliError } from "./cli-error.ts";

const NAMED: Readonly<Record<string, number>> = {
  "ctrl-@": 0,
  "ctrl-[": 27,
  "ctrl-\\": 28,
  "ctrl-]": 29,
  "ctrl-^": 30,
  "ctrl-_": 31,
  DEL: 127,
};

/** Throws a CliError for a sequence that is none. */
export function parseDetachKeys(text: string): Uint8Array {
  if (text === "") return new Uint8Array([16, 17]);
  const codes = text.split(",").map((key) => {
    const letter = /^ctrl-([a-z])$/.exec(key)?.[1];
    const code =
      letter !== undefined
        ? letter.charCodeAt(0) - 96
        : Object.hasOwn(NAMED, key)
          ? NAMED[key]
          : key.length === 1
            ? key.charCodeAt(0)
            : undefined;
    if (code === undefined || code > 127)
      throw new CliError(`invalid detach keys (${text}): Unknown character: '${key}'`);
    return code;
  });
  return Uint8Array.from(codes);
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
