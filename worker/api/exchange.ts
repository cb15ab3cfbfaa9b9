// One request and one response of the Engine API, free of any transport. The command line, the page, the daemon's HTTP
// server and the guest's /run/docker.sock all call the same `ApiHandler`.

import type { ByteDuplex } from "../base/streams.ts";

export interface ApiRequest {
  /** Upper case: GET, HEAD, POST, PUT, DELETE. */
  readonly method: string;
  /** Path and query as sent: `/v1.51/containers/json?all=1` or without a version. */
  readonly target: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ReadableStream<Uint8Array> | null;
  /** Aborted when the client goes away. */
  readonly signal?: AbortSignal;
}

export interface ApiResponse {
  readonly status: number;
  /** Beside the status, where HTTP/1.1 is spoken; the usual one by default. */
  readonly reason?: string;
  /** Names as they are to be printed; compare in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Null: no body. A stream that stays open (wait, events, logs -f) has its headers sent at once. */
  readonly body: ReadableStream<Uint8Array> | null;
  /**
   * For a hijacked connection (attach, exec start): the client's ends. `readable` yields what the container sends (framed
   * or raw as the content type says), `writable` is the container's stdin; closing it is the half-close. Status is 101 when the
   * request asked `Upgrade: tcp`, else 200; `body` is null then.
   */
  readonly connection?: ByteDuplex;
}

/** Never rejects: failures are responses with `{"message": …}`. */
export type ApiHandler = (request: ApiRequest) => Promise<ApiResponse>;
