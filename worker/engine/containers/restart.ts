// `docker restart`: stop when it runs, then start.

import type { EngineContext } from "../engine-context.ts";
import { emitContainerEvent } from "./container-event.ts";
import { canStop } from "./container-state.ts";
import { startContainer } from "./start.ts";
import { type StopOptions, stopRun } from "./stop.ts";

export async function restartContainer(
  engine: EngineContext,
  reference: string,
  options: StopOptions = {},
): Promise<void> {
  const container = engine.containers.find(reference);
  // --rm must not take it away between the two.
  const { host } = container.record;
  const { autoRemove } = host;
  host.autoRemove = false;
  try {
    if (canStop(container.record.state)) await stopRun(engine, container, options);
  } finally {
    host.autoRemove = autoRemove;
  }
  await startContainer(engine, container.id);
  emitContainerEvent(engine, container, "restart");
}
