// `docker attach`: a client's ends of a container's streams, before it starts or while it runs.

import { EngineError } from "../../base/errors.ts";
import type { EngineContext } from "../engine-context.ts";
import { readLogs } from "./logs.ts";
import type { OutputChunk } from "./output-fan.ts";

export interface AttachOptions {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  /** Live output. */
  readonly stream: boolean;
  /** What is in the log, first. */
  readonly logs: boolean;
}

export interface Attachment {
  /** With a terminal there is no stderr, and a client wants no frames. */
  readonly tty: boolean;
  /** Ends when the run does; cancelling it detaches. */
  readonly output: ReadableStream<OutputChunk>;
  /** Null when stdin was not asked for. Closing it is the half-close. */
  readonly stdin: WritableStream<Uint8Array> | null;
}

export function attachContainer(
  engine: EngineContext,
  reference: string,
  options: AttachOptions,
): Attachment {
  const container = engine.containers.find(reference);
  const { config, state } = container.record;
  if (state.status === "paused")
    throw new EngineError(
      "conflict",
      `container ${container.id} is paused, unpause the container before attach`,
    );
  if (state.status === "restarting")
    throw new EngineError(
      "conflict",
      `container ${container.id} is restarting, wait until the container is running`,
    );
  const wants = (stream: "stdout" | "stderr") => (stream === "stdout" ? options.stdout : options.stderr);
  // Attached first, so that nothing falls between the log and the live output.
  const live = options.stream ? container.output.attach(wants) : null;
  const past = options.logs
    ? readLogs(container, {
        ...options,
        tail: undefined,
        sinceMs: undefined,
        untilMs: undefined,
        follow: false,
      })
    : null;
  engine.events.emit("container", "attach", container.id, {
    ...config.labels,
    image: config.image,
    name: container.name,
  });
  return {
    tty: config.tty,
    output: past === null ? (live ?? emptyOutput()) : joined(past, live),
    stdin:
      options.stdin && options.stream && config.openStdin
        ? container.stdin.attach(config.stdinOnce && !config.tty)
        : null,
  };
}

function emptyOutput(): ReadableStream<OutputChunk> {
  return new ReadableStream({ start: (controller) => controller.close() });
}

function joined(
  past: AsyncGenerator<OutputChunk, void, undefined>,
  live: ReadableStream<OutputChunk> | null,
): ReadableStream<OutputChunk> {
  const reader = live?.getReader();
  return new ReadableStream<OutputChunk>(
    {
      async pull(controller) {
        const { value } = await past.next();
        if (value) return controller.enqueue(value);
        const next = await reader?.read();
        if (next?.value) controller.enqueue(next.value);
        else controller.close();
      },
      async cancel(reason) {
        await reader?.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
