// One request of a preview to its server, as a promise of the whole answer.

import { bytePort } from "../../worker/rpc/byte-port.ts";
import type { PreviewHead, PreviewMessage, PreviewRequestFields } from "../../worker/rpc/protocol.ts";
import { firstMessage } from "./first-message.ts";

export interface ServerAnswer {
  readonly status: number;
  readonly reason: string;
  readonly headers: Headers;
  readonly body: Blob;
}

/** Rejects with an Error when the server gives no answer. Redirects are answers. */
export async function askServer(
  ask: (message: PreviewMessage, port: MessagePort) => void,
  request: PreviewRequestFields,
): Promise<ServerAnswer> {
  const { port1, port2 } = new MessageChannel();
  const bytes = bytePort(port1);
  const first = firstMessage<PreviewHead>(port1, "head", "failed");
  void bytes.writable.close();
  ask({ type: "request", request }, port2);
  const head = await first;
  if (head.type === "failed") {
    void bytes.readable.cancel();
    throw new Error(head.message);
  }
  const { status, reason } = head;
  const headers = new Headers(head.headers.map(([name, value]) => [name, value] as [string, string]));
  const content = await new Response(head.hasBody ? bytes.readable : null).arrayBuffer();
  if (!head.hasBody) void bytes.readable.cancel();
  return { status, reason, headers, body: new Blob([content], { type: headers.get("content-type") ?? "" }) };
}
