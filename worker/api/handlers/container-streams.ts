// Containers' streams: attach and logs.

import { EngineError } from "../../base/errors.ts";
import { concatBytes } from "../../base/streams.ts";
import { attachContainer } from "../../engine/containers/attach.ts";
import type { Container } from "../../engine/containers/container.ts";
import { emitContainerEvent } from "../../engine/containers/container-event.ts";
import { checkDetachKeys, detachable } from "../../engine/containers/detachable.ts";
import { type LogsOptions, readLogs, splitLines } from "../../engine/containers/logs.ts";
import { parseTimeMs, rfc3339NanoFixed } from "../../engine/time-text.ts";
import { type Handler, parameter, replyEnd } from "../api-call.ts";
import { encodeFrame } from "../raw-stream.ts";
import { hijackReply, ignoringSink, outputEncoder, outputType, streamReply } from "../reply.ts";
import { acceptWebSocket, checkHandshake } from "../websocket/accept-websocket.ts";

export const attach: Handler = (call) => {
  const { engine, query, request, version } = call;
  const keys = checkDetachKeys(query.text("detachKeys"));
  const container = engine.containers.find(parameter(call, "id"));
  const attachment = attachContainer(engine, container.id, {
    stdin: query.boolean("stdin"),
    stdout: query.boolean("stdout"),
    stderr: query.boolean("stderr"),
    stream: query.boolean("stream"),
    logs: query.boolean("logs"),
  });
  const detaching = detachable(attachment, keys, () => emitContainerEvent(engine, container, "detach"));
  return hijackReply(request, detaching, version);
};

/** The same over a WebSocket: raw bytes in binary messages, without frames of stdout and stderr. */
export const attachWebSocket: Handler = (call) => {
  const { engine, query, request } = call;
  checkHandshake(request);
  const { output, stdin } = attachContainer(engine, parameter(call, "id"), {
    stdin: query.boolean("stdin"),
    stdout: query.boolean("stdout"),
    stderr: query.boolean("stderr"),
    stream: query.boolean("stream"),
    logs: query.boolean("logs"),
  });
  return acceptWebSocket(request, {
    readable: output.pipeThrough(outputEncoder(true)),
    writable: stdin ?? ignoringSink(),
  });
};

export const logs: Handler = (call) => {
  const { engine, query, version } = call;
  const container = engine.containers.find(parameter(call, "id"));
  const { config, host } = container.record;
  if (!query.boolean("stdout") && !query.boolean("stderr"))
    throw new EngineError("invalid-argument", "Bad parameters: you must choose at least one stream");
  if (host.logType === "none")
    throw new EngineError("not-implemented", "configured logging driver does not support reading");
  const now = engine.clock.nowMs();
  const end = replyEnd(call);
  const options: LogsOptions = {
    stdout: query.boolean("stdout"),
    stderr: query.boolean("stderr"),
    tail: tailLines(query.text("tail")),
    sinceMs: parseTimeMs(query.text("since"), now) || undefined,
    untilMs: parseTimeMs(query.text("until"), now) || undefined,
    follow: query.boolean("follow"),
    signal: end.signal,
  };
  return streamReply(
    logBytes(container, options, query.boolean("timestamps")),
    outputType(config.tty, version),
    { onCancel: () => end.abort() },
  );
};

/** `all`, empty, or anything that is no number: everything. */
function tailLines(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

async function* logBytes(
  container: Container,
  options: LogsOptions,
  timestamps: boolean,
): AsyncGenerator<Uint8Array> {
  const { tty } = container.record.config;
  const encoder = new TextEncoder();
  for await (const { stream, timeMs, bytes } of readLogs(container, options)) {
    let text = bytes;
    if (timestamps) {
      const stamp = encoder.encode(`${rfc3339NanoFixed(timeMs)} `);
      text = concatBytes([...splitLines(bytes)].flatMap((line) => [stamp, line]));
    }
    yield tty ? text : encodeFrame(stream, text);
  }
}
