// The one table of error codes and HTTP statuses.

import { EngineError, type EngineErrorCode, messageOf } from "../base/errors.ts";

const STATUS: Readonly<Record<EngineErrorCode, number>> = {
  "invalid-argument": 400,
  unauthorized: 401,
  forbidden: 403,
  "not-found": 404,
  "not-modified": 304,
  conflict: 409,
  "not-implemented": 501,
  unavailable: 503,
  corrupt: 500,
  "out-of-space": 500,
  cancelled: 499,
  internal: 500,
};

export function statusOf(thrown: unknown): { status: number; message: string } {
  const status = thrown instanceof EngineError ? STATUS[thrown.code] : 500;
  return { status, message: messageOf(thrown) };
}
