// Gets a file from a web server, through the page's fetch: its limits are told in words that say what to do about them.

import { EngineError, messageOf } from "../../base/errors.ts";
import type { ImageContext } from "./image-context.ts";

export interface FetchedBody {
  readonly body: ReadableStream<Uint8Array>;
  /** Undefined when the server does not say, or sends it compressed. */
  readonly sizeBytes: number | undefined;
}

/** Rejects with EngineError("unavailable" | "not-found" | "forbidden" | "invalid-argument"), or the signal's reason. */
export async function fetchBody(
  context: Pick<ImageContext, "fetch">,
  url: URL,
  signal: AbortSignal,
): Promise<FetchedBody> {
  if (url.protocol !== "http:" && url.protocol !== "https:")
    throw new EngineError("invalid-argument", `unsupported protocol scheme "${url.protocol.slice(0, -1)}"`);
  let response: Response;
  try {
    response = await context.fetch(url.href, { signal, credentials: "omit" });
  } catch (cause) {
    signal.throwIfAborted();
    throw new EngineError("unavailable", unreachable(url, cause), { cause });
  }
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    const code = { 401: "unauthorized", 403: "forbidden", 404: "not-found" } as const;
    throw new EngineError(
      code[response.status as keyof typeof code] ?? "unavailable",
      `Get "${url}": the server answered ${response.status} ${response.statusText}`.trimEnd(),
    );
  }
  const length = response.headers.get("content-length");
  const isPlain = response.headers.get("content-encoding") === null;
  return {
    body: response.body,
    sizeBytes: isPlain && length !== null && /^\d{1,15}$/.test(length) ? Number(length) : undefined,
  };
}

/** A browser does not tell why: CORS, a name that does not resolve and a refused connection all look the same. */
function unreachable(url: URL, cause: unknown): string {
  const why = cause instanceof Error && cause.cause !== undefined ? messageOf(cause.cause) : messageOf(cause);
  const inPage = "location" in globalThis;
  const hint = inPage
    ? `. Either ${url.host} cannot be reached, or it does not allow other pages to read from it: it would have to send the header Access-Control-Allow-Origin (CORS)`
    : "";
  return `Get "${url}": ${why}${hint}`;
}
