// One request on its way to a handler: the engine, the parts of the path, the query, the version.

import type { EngineContext } from "../engine/engine-context.ts";
import type { ApiRequest, ApiResponse } from "./exchange.ts";
import type { Query } from "./query.ts";

export interface ApiCall {
  readonly engine: EngineContext;
  readonly request: ApiRequest;
  /** Of the route's pattern, decoded. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: Query;
  /** 24 to 51: the minor version the client speaks. */
  readonly version: number;
}

/** May throw EngineError, which becomes the reply. */
export type Handler = (call: ApiCall) => Promise<ApiResponse> | ApiResponse;

/** Aborted when the client goes away, or by whoever ends the reply. */
export function replyEnd(call: ApiCall): AbortController {
  const end = new AbortController();
  const { signal } = call.request;
  if (signal?.aborted) end.abort();
  signal?.addEventListener("abort", () => end.abort(), { once: true });
  return end;
}

/** The path's `{id}` or `{name}`. */
export function parameter(call: ApiCall, name: string): string {
  return call.parameters[name] ?? "";
}
