// Turns work that reports as it goes into what it reports, as it is wanted by whoever sends it on.

import type { ImageProgress } from "../image-port.ts";

/** The generator fails as `work` does; leaving it early aborts `work` and waits for its end. */
export async function* progressOf(
  work: (report: (progress: ImageProgress) => void, signal: AbortSignal) => Promise<void>,
): AsyncGenerator<ImageProgress, void, undefined> {
  const abort = new AbortController();
  let queue: ImageProgress[] = [];
  let wake = () => {};
  let ended = false;
  const working = work((progress) => {
    queue.push(progress);
    wake();
  }, abort.signal).finally(() => {
    ended = true;
    wake();
  });
  // Its failure is looked at below, maybe much later.
  working.catch(() => {});
  try {
    while (queue.length > 0 || !ended) {
      const reports = queue;
      queue = [];
      yield* reports;
      if (queue.length === 0 && !ended) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
    await working;
  } finally {
    abort.abort(new Error("given up"));
    await working.catch(() => {});
  }
}
