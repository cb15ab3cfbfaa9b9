// An error of the worker, as the page sees it: the engine's closed set of codes survives the structured clone, which
// drops every field of an Error but its message and stack.

import type { EngineErrorCode } from "../base/errors.ts";

export type { EngineErrorCode };

/** What crosses: plain values only. */
export interface RemoteErrorFields {
  readonly code: EngineErrorCode;
  readonly message: string;
  /** The stack on the worker's side, for a report. */
  readonly remoteStack?: string;
}

export class RemoteError extends Error {
  override readonly name = "RemoteError";
  readonly code: EngineErrorCode;
  readonly remoteStack: string | undefined;

  constructor(fields: RemoteErrorFields) {
    super(fields.message);
    this.code = fields.code;
    this.remoteStack = fields.remoteStack;
  }
}
