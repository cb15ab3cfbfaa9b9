// Reads a tar stream: readTar() for handlers that are done when they return, tarMembers() for consumers that wait.

import { chunksOf } from "../base/streams.ts";
import type { TarEntry } from "./tar-entry.ts";
import type { TarLimits } from "./tar-limits.ts";
import { type TarHandler, TarParser } from "./tar-parser.ts";

export interface ReadTarOptions extends TarLimits {
  /** Sees every byte of the archive, padding and trailer included, before it is parsed: for hashing in the same pass. */
  readonly onBytes?: (bytes: Uint8Array) => void;
  readonly signal?: AbortSignal;
}

export interface TarMembersOptions extends ReadTarOptions {
  /** Holes are left out of the content, which is then shorter than the entry says. */
  readonly skipHoles?: boolean;
}

/**
 * Pushes the whole stream through `handler`; resolves to the archive's size in bytes. Cancels the stream when it rejects:
 * with EngineError("corrupt"), the stream's own error, the signal's reason, or what the handler threw.
 */
export async function readTar(
  tar: ReadableStream<Uint8Array>,
  handler: TarHandler,
  options: ReadTarOptions = {},
): Promise<number> {
  const parser = new TarParser(handler, options);
  let totalBytes = 0;
  for await (const chunk of chunksOf(tar)) {
    options.signal?.throwIfAborted();
    totalBytes += chunk.byteLength;
    options.onBytes?.(chunk);
    parser.push(chunk);
  }
  parser.finish();
  return totalBytes;
}

export interface TarMember {
  readonly entry: TarEntry;
  /** The content: `entry.sizeBytes` bytes. What is not read of it is skipped when the next member is asked for. */
  readonly content: ReadableStream<Uint8Array>;
}

type TarEvent = { entry: TarEntry } | { bytes: Uint8Array } | { holeBytes: number } | "end";

const zeros = new Uint8Array(65_536);

/** The members one after another, with back-pressure: the archive is read only as far as the consumer is. */
export async function* tarMembers(
  tar: ReadableStream<Uint8Array>,
  options: TarMembersOptions = {},
): AsyncGenerator<TarMember, void, undefined> {
  const events = tarEvents(tar, options);
  try {
    for (let event = await nextEvent(events); event !== undefined; event = await nextEvent(events)) {
      if (typeof event === "string" || !("entry" in event)) continue;
      let ended = false;
      const content = new ReadableStream<Uint8Array>(
        {
          async pull(controller) {
            const next = ended ? "end" : await nextEvent(events);
            if (next === "end" || next === undefined || "entry" in next) {
              ended = true;
              controller.close();
            } else if ("bytes" in next) controller.enqueue(next.bytes);
          },
        },
        { highWaterMark: 0 },
      );
      yield { entry: event.entry, content };
      while (!ended) ended = (await nextEvent(events)) === "end";
    }
  } finally {
    await events.return();
  }
}

async function nextEvent(events: AsyncGenerator<Exclude<TarEvent, { holeBytes: number }>, void>) {
  const { done, value } = await events.next();
  return done ? undefined : value;
}

async function* tarEvents(
  tar: ReadableStream<Uint8Array>,
  options: TarMembersOptions,
): AsyncGenerator<Exclude<TarEvent, { holeBytes: number }>, void> {
  let queue: TarEvent[] = [];
  const parser = new TarParser(
    {
      entry: (entry) => queue.push({ entry }),
      data: (bytes) => queue.push({ bytes }),
      hole: (holeBytes) => queue.push({ holeBytes }),
      end: () => queue.push("end"),
    },
    options,
  );
  for await (const chunk of chunksOf(tar)) {
    options.signal?.throwIfAborted();
    options.onBytes?.(chunk);
    let failure: { cause: unknown } | undefined;
    try {
      parser.push(chunk);
    } catch (cause) {
      failure = { cause };
    }
    const events = queue;
    queue = [];
    for (const event of events) {
      if (typeof event === "string" || !("holeBytes" in event)) yield event;
      else if (!options.skipHoles)
        for (let left = event.holeBytes; left > 0; left -= zeros.byteLength)
          yield { bytes: zeros.slice(0, left) };
    }
    if (failure) throw failure.cause;
  }
  parser.finish();
}
