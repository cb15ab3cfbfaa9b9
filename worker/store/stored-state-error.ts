// What a browser or a folder kept of an earlier run cannot be used: told apart from a damaged asset, because the way on is another.

import { EngineError, messageOf } from "../base/errors.ts";

export class StoredStateError extends EngineError {}

/** What `open` gives; its failure says that it was about what is kept. */
export async function openStored<T>(open: () => T | Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (cause) {
    const code = cause instanceof EngineError ? cause.code : "corrupt";
    throw new StoredStateError(code, `What is kept cannot be used: ${messageOf(cause)}`, { cause });
  }
}
