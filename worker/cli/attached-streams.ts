// Joins the caller's streams to a hijacked connection (attach, exec): input with detach keys, raw mode while it lasts, output
// to its very end.

import { DetachKeyFilter } from "../base/detach-keys.ts";
import { type ByteDuplex, chunksOf } from "../base/streams.ts";
import { demultiplex } from "./demultiplex.ts";
import type { CliSession } from "./session.ts";
import type { TextSink } from "./text-sink.ts";
import { whenAborted } from "./when-aborted.ts";

const TYPED_AHEAD_BYTES = 256 << 10;

export interface StreamPlan {
  readonly connection: ByteDuplex;
  readonly tty: boolean;
  /** Copy the caller's input. */
  readonly input: boolean;
  readonly detachKeys: Uint8Array;
  /** Ends the copying before its time. */
  readonly signal: AbortSignal;
}

/** `detached`: the keys were typed and the process goes on; `ended`: its output is complete and written. */
export type StreamEnd = "detached" | "ended";

/** Rejects when the caller's output is gone, or the signal came. Raw mode is off again in every case. */
export async function copyStreams(
  session: CliSession,
  plan: StreamPlan,
  out: TextSink,
  err: TextSink,
): Promise<StreamEnd> {
  const raw = plan.input && plan.tty && session.isTerminal.stdin;
  const reader = plan.input ? session.stdin.getReader() : undefined;
  try {
    if (raw) await session.setRawMode(true);
    const output = copyOutput(plan, out, err).then(() => "ended" as const);
    const input = reader === undefined ? closeInput(plan.connection) : copyInput(reader, plan);
    const detached = input.then((how) => (how === "detached" ? how : new Promise<never>(() => {})));
    const signals = session.signal === undefined ? [plan.signal] : [plan.signal, session.signal];
    return await Promise.race([output, detached, ...signals.map(whenAborted)]);
  } finally {
    if (raw) await session.setRawMode(false);
    await reader?.cancel().catch(() => {});
    reader?.releaseLock();
  }
}

async function copyOutput(plan: StreamPlan, out: TextSink, err: TextSink): Promise<void> {
  if (!plan.tty) return await demultiplex(plan.connection.readable, out, err);
  for await (const chunk of chunksOf(plan.connection.readable)) await out.write(chunk);
}

async function closeInput(connection: ByteDuplex): Promise<"closed"> {
  await connection.writable.close().catch(() => {});
  return "closed";
}

async function copyInput(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  plan: StreamPlan,
): Promise<"closed" | "detached"> {
  const writer = plan.connection.writable.getWriter();
  writer.closed.catch(() => {});
  const filter = plan.tty ? new DetachKeyFilter(plan.detachKeys) : undefined;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const { pass, detached } = filter?.push(value) ?? { pass: value, detached: false };
      const written = pass.byteLength > 0 ? writer.write(pass) : Promise.resolve();
      written.catch(() => {});
      if (detached) return "detached";
      // What is typed is read on even while the process does not read, or the detach keys would do nothing then.
      if (filter === undefined || (writer.desiredSize ?? 0) < -TYPED_AHEAD_BYTES) await written;
    }
    await writer.close();
  } catch {
    // The process closed its input, or the caller's broke off: the output goes on to its end.
  } finally {
    writer.releaseLock();
  }
  return "closed";
}
