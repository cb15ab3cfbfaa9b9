// `docker` tells a container's terminal its size.

import { EngineError } from "../../base/errors.ts";
import type { EngineContext } from "../engine-context.ts";
import { emitContainerEvent } from "./container-event.ts";

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** Throws conflict when it does not run. A no-op without a terminal. */
export async function resizeContainer(
  engine: EngineContext,
  reference: string,
  size: TerminalSize,
): Promise<void> {
  const container = engine.containers.find(reference);
  if (container.run === null) throw new EngineError("conflict", `container ${container.id} is not running`);
  if (container.record.config.tty) await container.run.process.resize(size);
  emitContainerEvent(engine, container, "resize", { height: String(size.rows), width: String(size.columns) });
}
