// The concatenated JSON objects of pull, load, events and stats, one after another with or without line breaks between them.

import { chunksOf } from "../base/streams.ts";
import { CliError } from "./cli-error.ts";

const OBJECT_LIMIT = 8 << 20;

/** Yields each object's text. Rejects with a CliError for anything that is no JSON object, or one that is cut off or over 8 MiB. */
export async function* jsonTexts(
  stream: ReadableStream<Uint8Array>,
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  const splitter = new JsonSplitter();
  for await (const chunk of chunksOf(stream)) yield* splitter.push(decoder.decode(chunk, { stream: true }));
  yield* splitter.push(decoder.decode());
  splitter.end();
}

/** The same, parsed. */
export async function* jsonObjects<T>(
  stream: ReadableStream<Uint8Array>,
): AsyncGenerator<T, void, undefined> {
  for await (const text of jsonTexts(stream)) yield parseJson<T>(text);
}

export function parseJson<T>(text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new CliError(`invalid JSON from daemon: ${text.slice(0, 80)}`, 1, { cause });
  }
}

class JsonSplitter {
  #text = "";
  #scanned = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;

  push(text: string): string[] {
    const objects: string[] = [];
    this.#text += text;
    for (; this.#scanned < this.#text.length; this.#scanned++) {
      if (!this.#step(this.#text[this.#scanned]!)) continue;
      objects.push(this.#text.slice(0, this.#scanned + 1).trim());
      this.#text = this.#text.slice(this.#scanned + 1);
      this.#scanned = -1;
    }
    if (this.#text.length > OBJECT_LIMIT) throw new CliError("the daemon sent a JSON object over 8 MiB");
    return objects;
  }

  end(): void {
    if (this.#text.trim() !== "") throw new CliError("unexpected EOF");
  }

  /** Whether an object ends with this character. */
  #step(character: string): boolean {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false;
      else if (character === "\\") this.#escaped = true;
      else if (character === '"') this.#inString = false;
      return false;
    }
    if (character === "{" || character === "[") this.#depth++;
    else if (this.#depth === 0) {
      if (!/\s/.test(character))
        throw new CliError(`invalid character ${JSON.stringify(character)} from daemon`);
    } else if (character === '"') this.#inString = true;
    else if (character === "}" || character === "]") return --this.#depth === 0;
    return false;
  }
}
