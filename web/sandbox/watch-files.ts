// Watching files, by a program of the guest that asks the kernel (images/guest/agent/shim/watch.c). It prints an event and a path at a time,
// both ended by a zero byte.

import { shellWords } from "../app/shell-words.ts";
import type { RunCommand } from "./run-command.ts";

export interface WatchOptions {
  readonly recursive?: boolean;
  /** Paths are text here. */
  readonly encoding?: "utf8" | "utf-8";
}

/** `rename`: it came or went; `change`: its content or its attributes. `path`: from the watched folder on, or the watched file's name. */
export type WatchListener = (event: "rename" | "change", path: string) => void;

export interface FileWatcher {
  /** Resolves when nothing that happens from now on can be missed. Rejects when the path cannot be watched. */
  readonly ready: Promise<void>;
  close(): void;
}

export const WATCH_PROGRAM = "/usr/lib/slipway/watch";

export function watchFiles(
  run: RunCommand,
  path: string,
  options: WatchOptions,
  listener: WatchListener,
): FileWatcher {
  const stop = new AbortController();
  const words = [WATCH_PROGRAM, ...(options.recursive ? ["-r"] : []), path];
  const { stdout, ended } = run({ line: `exec ${shellWords(words)}` }, stop.signal);
  const ready = new Promise<void>((resolve, reject) => {
    const said = (event: string, name: string) => {
      if (stop.signal.aborted) return;
      if (event === "ready") resolve();
      else if (event === "rename" || event === "change") listener(event, name);
    };
    void readPairs(stdout, said).catch(() => {});
    ended.then(({ stderr }) => reject(new Error(stderr.trim() || "closed")), reject);
  });
  ready.catch(() => {});
  return { ready, close: () => stop.abort() };
}

/** What the program has printed, a pair at a time. */
export async function readPairs(
  stream: ReadableStream<Uint8Array>,
  said: (event: string, name: string) => void,
): Promise<void> {
  const reader = stream
    .pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>)
    .getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const fields = (rest + value).split("\0");
    rest = fields.length % 2 === 0 ? `${fields.at(-2)}\0${fields.at(-1)}` : fields.at(-1)!;
    for (let at = 0; at + 2 < fields.length; at += 2) said(fields[at]!, fields[at + 1]!);
  }
}
