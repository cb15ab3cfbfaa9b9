// One check of a container's health: a process in it, what it prints up to a limit, and its end or the time it had.

import { messageOf } from "../../base/errors.ts";
import { chunksOf } from "../../base/streams.ts";
import type { EngineContext } from "../engine-context.ts";
import type { Container } from "./container.ts";
import type { HealthResult } from "./container-record.ts";
import { createExec, startExec } from "./exec.ts";
import { type Exec, plainExec } from "./exec-store.ts";
import type { Healthcheck } from "./healthcheck.ts";
import type { OutputChunk } from "./output-fan.ts";
import { SIGKILL } from "./signal.ts";

const OUTPUT_LIMIT_BYTES = 4096;
/** Of a check that did not come to an end or could not be started. */
const NO_EXIT_CODE = -1;

/** Never rejects. A check that takes too long is killed. */
export async function probeHealth(
  engine: EngineContext,
  container: Container,
  check: Healthcheck,
): Promise<HealthResult> {
  const startMs = engine.clock.nowMs();
  const output = new LimitedText();
  const result = (exitCode: number, text: string): HealthResult => ({
    startMs,
    endMs: engine.clock.nowMs(),
    exitCode,
    output: text,
  });
  let exec: Exec | undefined;
  let stopTimer = () => {};
  try {
    exec = createExec(engine, container.id, plainExec(check.argv));
    const timedOut = new Promise<"timeout">((resolve) => {
      stopTimer = engine.clock.after(check.timeoutMs, () => resolve("timeout"));
    });
    const attachment = await startExec(engine, exec.id, { detach: false, consoleSize: null });
    const ended = await Promise.race([collect(attachment.output, output), timedOut]);
    if (ended !== "timeout") return result(exec.exitCode ?? NO_EXIT_CODE, output.text());
    await exec.process?.signal(SIGKILL).catch(() => {});
    const printed = output.text();
    return result(
      NO_EXIT_CODE,
      `Health check exceeded timeout (${durationText(check.timeoutMs)})${printed === "" ? "" : `: ${printed}`}`,
    );
  } catch (error) {
    return result(NO_EXIT_CODE, messageOf(error));
  } finally {
    stopTimer();
    if (exec) engine.execs.forget(exec);
  }
}

async function collect(source: ReadableStream<OutputChunk>, output: LimitedText): Promise<void> {
  for await (const { bytes } of chunksOf(source)) output.add(bytes);
}

/** The first bytes of an output. */
class LimitedText {
  readonly #bytes = new Uint8Array(OUTPUT_LIMIT_BYTES);
  #length = 0;
  #cut = false;

  add(bytes: Uint8Array): void {
    const room = OUTPUT_LIMIT_BYTES - this.#length;
    this.#bytes.set(bytes.subarray(0, room), this.#length);
    this.#length += Math.min(room, bytes.byteLength);
    this.#cut ||= bytes.byteLength > room;
  }

  text(): string {
    return new TextDecoder().decode(this.#bytes.subarray(0, this.#length)) + (this.#cut ? "..." : "");
  }
}

/** As Go writes a duration: `500ms`, `1.5s`, `1m30s`, `1h0m0s`. */
export function durationText(durationMs: number): string {
  if (durationMs < 1000) return `${durationMs}ms`;
  const totalS = durationMs / 1000;
  const hours = Math.floor(totalS / 3600);
  const minutes = Math.floor(totalS / 60) % 60;
  const seconds = `${Number((totalS % 60).toFixed(3))}s`;
  if (hours > 0) return `${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${minutes}m${seconds}` : seconds;
}
