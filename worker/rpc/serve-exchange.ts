// One request of the page to the Engine API: the head by RPC, bodies and connections over the port that came with it.

import type { ApiHandler, ApiResponse } from "../api/exchange.ts";
import { streamOf } from "../base/streams.ts";
import type { BytePort } from "./byte-port.ts";
import type { RpcRequest, RpcResponse } from "./protocol.ts";

export async function serveExchange(
  api: ApiHandler,
  request: RpcRequest,
  port: BytePort,
): Promise<RpcResponse> {
  const { method, target, headers = {}, body } = request;
  const response = await api({
    method,
    target,
    headers,
    body: body === undefined ? null : body === "stream" ? port.readable : streamOf(body),
    signal: port.dropped,
  });
  const carries = sendOn(response, port);
  return { status: response.status, headers: { ...response.headers }, body: carries };
}

/** What a response brings goes out over the port; what nobody reads any more is let go. */
function sendOn(response: ApiResponse, port: BytePort): RpcResponse["body"] {
  const ignore = () => {};
  if (response.connection !== undefined) {
    const { readable, writable } = response.connection;
    void readable.pipeTo(port.writable).catch(ignore);
    if (!port.readable.locked) void port.readable.pipeTo(writable).catch(ignore);
    return "connection";
  }
  const { body } = response;
  void (body === null ? port.writable.close() : body.pipeTo(port.writable)).catch(ignore);
  // What nobody reads of a request must not keep its sender waiting.
  if (!port.readable.locked) void port.readable.cancel().catch(ignore);
  return body === null ? "none" : "stream";
}
