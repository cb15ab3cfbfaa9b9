// HTTP of the machine's programs by the platform's fetch: requests as they come on a connection, answers with what a fetch has left of them.

import type { ApiHandler, ApiRequest, ApiResponse } from "../api/exchange.ts";
import { textReply } from "../api/reply.ts";
import { messageOf } from "../base/errors.ts";
import { readAll } from "../base/streams.ts";
import { type FetchOutside, FetchRefused } from "./outside-access.ts";

const BODY_MOST_BYTES = 64 * 1_048_576;
/** Of a request: what belongs to the connection, or what a fetch says by itself. */
const NOT_SENT = new Set(
  "accept-encoding connection content-length expect host keep-alive proxy-connection te trailer transfer-encoding upgrade".split(
    " ",
  ),
);
/** Of an answer: what was true of the connection and of the body before it was unpacked. */
const NOT_PASSED_ON = new Set(
  "connection content-encoding content-length keep-alive trailer transfer-encoding upgrade".split(" "),
);

/** `meant`: the name or address, and the port, that the connection was made to. */
export function webHandler(
  fetchOutside: FetchOutside,
  meant: { readonly host: string; readonly port: number },
): ApiHandler {
  return async (request) => {
    try {
      return await answer(fetchOutside, meant, request);
    } catch (error) {
      const refused =
        error instanceof FetchRefused
          ? error
          : new FetchRefused(502, "Bad Gateway", messageOf(error), { cause: error });
      return { ...textReply(`${refused.message}\n`, refused.status), reason: refused.reason };
    }
  };
}

async function answer(
  fetchOutside: FetchOutside,
  meant: { readonly host: string; readonly port: number },
  request: ApiRequest,
): Promise<ApiResponse> {
  if (request.headers.upgrade !== undefined && /\bupgrade\b/i.test(request.headers.connection ?? ""))
    throw new FetchRefused(502, "Needs a relay", "Upgraded connections such as WebSockets need a relay.");
  // A client that has only ended its side still wants the answer; one that is gone does not take it, which ends the fetch.
  const response = await fetchOutside({
    url: urlOf(meant, request),
    method: request.method,
    headers: Object.fromEntries(Object.entries(request.headers).filter(([name]) => !NOT_SENT.has(name))),
    body: await bodyOf(request),
  });
  const headers: Record<string, string> = Object.create(null);
  for (const [name, value] of response.headers) if (!NOT_PASSED_ON.has(name)) headers[name] = value;
  const length = response.headers.get("content-length");
  if (length !== null && !response.headers.has("content-encoding")) headers["content-length"] = length;
  return { status: response.status, reason: response.statusText, headers, body: response.body };
}

/** A program names the server in its request; one that does not gets what it connected to. */
function urlOf(meant: { readonly host: string; readonly port: number }, request: ApiRequest): URL {
  const port = meant.port === 80 ? "" : `:${meant.port}`;
  const host = request.headers.host || `${meant.host}${port}`;
  if (!/^[a-z0-9_.-]+(?::\d{1,5})?$/i.test(host))
    throw new FetchRefused(502, "Bad Gateway", `"${host}" is no name of a server.`);
  try {
    return new URL(`http://${host}${request.target}`);
  } catch (cause) {
    throw new FetchRefused(502, "Bad Gateway", `http://${host} cannot be asked.`, { cause });
  }
}

async function bodyOf(request: ApiRequest): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (request.body === null) return undefined;
  try {
    return await readAll(request.body, BODY_MOST_BYTES);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new FetchRefused(
      413,
      "Content Too Large",
      `Without a relay a request may have ${BODY_MOST_BYTES / 1_048_576} MiB.`,
      { cause },
    );
  }
}
