// Before a start: sources of binds that are missing are made, and new volumes are filled from the image's directory.

import { EngineError } from "../../base/errors.ts";
import type { LayerMount } from "../container-runtime.ts";
import type { EngineContext } from "../engine-context.ts";
import type { Container } from "./container.ts";

/** Asks the guest nothing when there is nothing to do. Throws Docker's words for a `--mount` without its source. */
export async function prepareMounts(
  engine: EngineContext,
  container: Container,
  layers: readonly LayerMount[],
): Promise<void> {
  const { files } = engine.runtime;
  for (const mount of container.record.mounts) {
    if (mount.type === "bind") {
      if (await files.exists(mount.source)) continue;
      if (!mount.createSource)
        throw new EngineError(
          "invalid-argument",
          `invalid mount config for type "bind": bind source path does not exist: ${mount.source}`,
        );
      await files.makeDirectory(mount.source);
    } else if (mount.type === "volume" && mount.copyUp) {
      if ((await files.list(mount.source)).length === 0) {
        await engine.runtime.mountRoot(container.id, layers);
        await copyUp(engine, container, mount.destination, mount.source);
      }
      mount.copyUp = false;
    }
  }
}

async function copyUp(
  engine: EngineContext,
  container: Container,
  path: string,
  target: string,
): Promise<void> {
  const root = engine.runtime.rootPath(container.id);
  try {
    await engine.runtime.files.copyTree({ root, path }, target);
  } catch (error) {
    // The image has no such directory: the volume stays empty.
    if (!(error instanceof EngineError && error.code === "not-found")) throw error;
  }
}
