// A promise that ends a race when a signal is aborted.

import { CliError } from "./cli-error.ts";

/** Never resolves; rejects with an empty CliError once the signal is aborted. */
export function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = () => reject(new CliError(""));
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}
