// One connection to the outside: by the relay where there is one, else by a fetch where it is HTTP, and ended where it is neither.

import { serveHttp } from "../api/http1.ts";
import { type ByteConnection, chunksOf } from "../base/streams.ts";
import type { FetchOutside } from "./outside-access.ts";
import { webHandler } from "./web-handler.ts";
import type { WispClient } from "./wisp-client.ts";

export interface OutsideTarget {
  /** A name, or an IPv4 address that no name was given. */
  readonly host: string;
  readonly port: number;
}

/** The server speaks first in some protocols: a client that says nothing for so long does not speak HTTP. */
const FIRST_BYTES_MS = 10_000;
/** After a client's end the rest of what comes is waited for while it comes: nobody would tell that the client is gone. */
const REST_MS = 30_000;
const TLS_HANDSHAKE = 0x16;
/** A fatal alert, access_denied (RFC 8446, 6): programs print it, where an ended connection would say nothing. */
const TLS_ACCESS_DENIED = Uint8Array.of(0x15, 3, 3, 0, 2, 2, 49);
const REQUEST_START = /^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) ?/;

/** Until its end. Never rejects. */
export async function relayConnection(
  connection: ByteConnection,
  { host, port }: OutsideTarget,
  relay: WispClient,
): Promise<void> {
  let there: ByteConnection | undefined;
  let quiet: ReturnType<typeof setTimeout> | undefined;
  try {
    there = await relay.connect(host, port);
    const { close } = there;
    let clientEnded = false;
    const waitForRest = () => {
      clearTimeout(quiet);
      if (clientEnded) quiet = setTimeout(close, REST_MS);
    };
    const sent = connection.readable.pipeTo(there.writable).then(() => {
      clientEnded = true;
      waitForRest();
    });
    sent.catch(close);
    const writer = connection.writable.getWriter();
    for await (const bytes of chunksOf(there.readable)) {
      waitForRest();
      await writer.write(bytes);
    }
    await writer.close();
  } catch {
    // Seen in the machine as a connection that breaks.
  } finally {
    clearTimeout(quiet);
    there?.close();
    connection.close();
  }
}

/** Until its end. Never rejects. */
export async function fetchConnection(
  connection: ByteConnection,
  target: OutsideTarget,
  fetchOutside: FetchOutside,
): Promise<void> {
  try {
    const { first, readable } = await peek(connection.readable);
    if (first[0] === TLS_HANDSHAKE) {
      const writer = connection.writable.getWriter();
      await writer.write(TLS_ACCESS_DENIED);
      await writer.close();
    } else if (REQUEST_START.test(String.fromCharCode(...first.subarray(0, 8)))) {
      await serveHttp({ readable, writable: connection.writable }, webHandler(fetchOutside, target));
    }
  } catch {
    // Seen in the machine as a connection that breaks.
  } finally {
    connection.close();
  }
}

/** The first bytes, and a stream that begins with them. Empty when there are none in time. */
async function peek(
  source: ReadableStream<Uint8Array>,
): Promise<{ first: Uint8Array; readable: ReadableStream<Uint8Array> }> {
  const reader = source.getReader();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<Uint8Array>((resolve) => {
    timer = setTimeout(() => resolve(new Uint8Array()), FIRST_BYTES_MS);
  });
  const some = reader.read().then(({ value }) => value ?? new Uint8Array());
  some.catch(() => {});
  const first = await Promise.race([some, silence]);
  clearTimeout(timer);
  const readable = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        if (first.byteLength > 0) controller.enqueue(first);
      },
      async pull(controller) {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
  return { first, readable };
}
