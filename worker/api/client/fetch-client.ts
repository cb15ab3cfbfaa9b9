// An ApiHandler that asks an engine elsewhere by fetch: what a page can do. The engine must allow the page to read from it (CORS), and what
// needs a connection of its own (attach, exec) cannot be had that way.

import { EngineError, messageOf } from "../../base/errors.ts";
import type { ApiHandler } from "../exchange.ts";
import { errorReply } from "../reply.ts";

type Fetch = (url: string, init: RequestInit & { duplex?: "half" }) => Promise<Response>;

/** `base`: `http://127.0.0.1:2375`, without a path. */
export function fetchClient(base: string, fetch: Fetch): ApiHandler {
  return async ({ method, target, headers, body, signal }) => {
    if (headers.upgrade !== undefined)
      return errorReply(
        new EngineError(
          "not-implemented",
          `attaching to ${base} needs a connection of its own, which HTTP from a page cannot give: run with -d and read the logs, or use a tcp:// address from Node`,
        ),
      );
    const { "content-length": _length, "user-agent": _agent, ...sent } = headers;
    try {
      const response = await fetch(base + target, {
        method,
        headers: sent,
        credentials: "omit",
        ...(body === null ? {} : { body, duplex: "half" as const }),
        ...(signal ? { signal } : {}),
      });
      return { status: response.status, headers: Object.fromEntries(response.headers), body: response.body };
    } catch (cause) {
      return errorReply(
        new EngineError(
          "unavailable",
          `Cannot connect to the Docker daemon at ${base}: ${messageOf(cause)}. Either it does not run, or it does not allow this page to read from it (CORS: its --api-cors-header, or a proxy that adds Access-Control-Allow-Origin)`,
          { cause },
        ),
      );
    }
  };
}
