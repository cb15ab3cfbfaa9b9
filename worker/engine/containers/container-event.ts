// The attributes that every event of a container carries: its image, its name and its labels.

import type { EngineContext } from "../engine-context.ts";
import type { Container } from "./container.ts";

export function containerAttributes(
  container: Container,
  more: Record<string, string> = {},
): Record<string, string> {
  return {
    ...container.record.config.labels,
    image: container.record.config.image,
    name: container.name,
    ...more,
  };
}

export function emitContainerEvent(
  engine: EngineContext,
  container: Container,
  action: string,
  more: Record<string, string> = {},
): void {
  engine.events.emit("container", action, container.id, containerAttributes(container, more));
}
