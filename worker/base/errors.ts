// The one error type that crosses layers. `code` is a closed set; the API maps it to an HTTP status in one table
// (worker/api/status.ts) and RPC carries it whole. Wordings that Docker has are Docker's.

export type EngineErrorCode =
  | "invalid-argument"
  | "unauthorized"
  | "forbidden"
  | "not-found"
  | "not-modified"
  | "conflict"
  | "not-implemented"
  | "unavailable"
  | "corrupt"
  | "out-of-space"
  | "cancelled"
  | "internal";

export class EngineError extends Error {
  override readonly name = "EngineError";
  readonly code: EngineErrorCode;

  constructor(code: EngineErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** The message of anything thrown, without "Error: ". */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
