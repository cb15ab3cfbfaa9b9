// `docker rename`.

import { EngineError } from "../../base/errors.ts";
import type { EngineContext } from "../engine-context.ts";
import { emitContainerEvent } from "./container-event.ts";
import { checkContainerName } from "./create.ts";

/** Throws conflict when another container has the name. */
export async function renameContainer(
  engine: EngineContext,
  reference: string,
  newName: string,
): Promise<void> {
  const container = engine.containers.find(reference);
  if (newName === "") throw new EngineError("invalid-argument", "Neither old nor new names may be empty");
  await container.mutex.run(async () => {
    const oldName = container.name;
    if (newName.replace(/^\//, "") === oldName)
      throw new EngineError(
        "invalid-argument",
        "Renaming a container with the same name as its current name",
      );
    const name = checkContainerName(newName);
    engine.containers.reserveName(name, container.id);
    engine.containers.releaseName(oldName);
    container.record.name = name;
    emitContainerEvent(engine, container, "rename", { oldName: `/${oldName}` });
    await engine.containers.save(container);
  });
}
