// The first member of a tar stream, told before the stream is passed on whole: what it is that it is an archive of.

import type { TarEntry } from "../../tar/tar-entry.ts";
import { TarParser } from "../../tar/tar-parser.ts";

export interface PeekedTar {
  /** Undefined for an empty archive. */
  readonly entry: TarEntry | undefined;
  /** From its first byte. Cancelling it cancels the source. */
  readonly tar: ReadableStream<Uint8Array>;
}

/** Rejects with EngineError("corrupt") or the stream's own error; the source is cancelled then. */
export async function peekTar(source: ReadableStream<Uint8Array>): Promise<PeekedTar> {
  const reader = source.getReader();
  const taken: Uint8Array[] = [];
  const found: TarEntry[] = [];
  const parser = new TarParser({ entry: (entry) => void found.push(entry), data() {}, end() {} });
  try {
    while (found.length === 0) {
      const { done, value } = await reader.read();
      if (done) break;
      taken.push(value);
      parser.push(value);
    }
  } catch (error) {
    await reader.cancel().catch(() => {});
    throw error;
  }
  const tar = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const value = taken.shift() ?? (await reader.read()).value;
        if (value === undefined) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
  return { entry: found[0], tar };
}
