// An engine elsewhere may be older than what we speak: asked once for its version, and then spoken to in that.

import { readText } from "../../base/streams.ts";
import { API_VERSION } from "../api-version.ts";
import type { ApiHandler } from "../exchange.ts";

/** Rewrites the version in paths; an engine that does not answer the question gets ours, and answers for itself. */
export function negotiatingVersion(handler: ApiHandler): ApiHandler {
  let minor: Promise<number> | undefined;
  return async (request) => {
    const versioned = /^\/v1\.(\d+)(\/.*)$/.exec(request.target);
    if (!versioned) return handler(request);
    minor ??= engineMinor(handler);
    const spoken = Math.min(Number(versioned[1]), await minor);
    return handler({ ...request, target: `/v1.${spoken}${versioned[2]}` });
  };
}

async function engineMinor(handler: ApiHandler): Promise<number> {
  const { status, headers, body } = await handler({
    method: "GET",
    target: "/_ping",
    headers: {},
    body: null,
  });
  if (body !== null) await readText(body, 65_536).catch(() => "");
  const [, text] = Object.entries(headers).find(([name]) => name.toLowerCase() === "api-version") ?? [];
  const match = /^1\.(\d{1,4})$/.exec(text ?? "");
  return status === 200 && match ? Number(match[1]) : API_VERSION;
}
