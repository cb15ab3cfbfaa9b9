// Text and bytes into one of the session's output streams, in order. The stream stays the caller's: it is released, never closed.

import { CliError } from "./cli-error.ts";

export class TextSink {
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #encoder = new TextEncoder();

  constructor(stream: WritableStream<Uint8Array>) {
    this.#writer = stream.getWriter();
    this.#writer.closed.catch(() => {});
  }

  /** Resolves when the stream has taken it. Rejects with an empty CliError once nobody reads any more, as a broken pipe ends a program. */
  async write(data: string | Uint8Array): Promise<void> {
    const bytes = typeof data === "string" ? this.#encoder.encode(data) : data;
    if (bytes.byteLength === 0) return;
    try {
      await this.#writer.write(bytes);
    } catch (cause) {
      throw new CliError("", 1, { cause });
    }
  }

  line(text = ""): Promise<void> {
    return this.write(`${text}\n`);
  }

  release(): void {
    this.#writer.releaseLock();
  }
}
