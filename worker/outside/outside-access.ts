// What of the outside programs of the machine may reach, declared here; the platform gives it, as whoever starts the sandbox decided.

/** Docker's name for the computer around the machine. */
const COMPUTER = "host.docker.internal";

export interface OutsideAccess {
  /** HTTP by the platform's fetch. */
  readonly fetch?: FetchOutside | undefined;
  /** Everything that is TCP by a relay, which then has HTTP too. */
  readonly relay?: OpenRelay | undefined;
}

export interface OutsideRequest {
  readonly url: URL;
  readonly method: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer> | undefined;
}

/**
 * Rejects with FetchRefused when no answer of the server's comes of it. An answer has a Content-Length only where it is that of the body, or
 * beside a Content-Encoding.
 */
export type FetchOutside = (request: OutsideRequest) => Promise<Response>;

/** Why there is no answer, as an answer of HTTP: many programs show no more of it than the reason. */
export class FetchRefused extends Error {
  override readonly name = "FetchRefused";
  readonly status: 403 | 413 | 502;
  /** Stands beside the status. */
  readonly reason: string;

  constructor(
    status: FetchRefused["status"],
    reason: string,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.status = status;
    this.reason = reason;
  }
}

/** A WebSocket to a relay: whole binary messages. */
export interface RelaySocket {
  send(message: Uint8Array<ArrayBuffer>): void;
  /** Ends, or fails, with the connection. */
  readonly messages: ReadableStream<Uint8Array>;
  close(): void;
}

/** Rejects with EngineError("unavailable"). */
export type OpenRelay = () => Promise<RelaySocket>;

/** A copy, with the computer around the machine by its own name for itself. */
export function seenFromComputer(url: URL): URL {
  const seen = new URL(url.href);
  if (seen.hostname === COMPUTER) seen.hostname = "localhost";
  return seen;
}
