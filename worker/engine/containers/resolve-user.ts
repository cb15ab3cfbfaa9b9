// Who a container's process runs as. The guest is asked only when names, or numbers that need the image's files, are given.

import { EngineError } from "../../base/errors.ts";
import type { LayerMount } from "../container-runtime.ts";
import type { EngineContext } from "../engine-context.ts";
import { isPlainUser, lookUpUser, type ProcessUser } from "../spec/user-lookup.ts";
import type { Container } from "./container.ts";

const LIMIT_BYTES = 1024 * 1024;

/** `layers` to mount first when the container does not run. Throws Docker's `unable to find user`. */
export async function resolveUser(
  engine: EngineContext,
  container: Container,
  user: string,
  layers: readonly LayerMount[] | undefined,
): Promise<ProcessUser> {
  const { groupAdd } = container.record.host;
  if (isPlainUser(user, groupAdd)) return lookUpUser({ user, groupAdd, passwd: undefined, group: undefined });
  if (layers) await engine.runtime.mountRoot(container.id, layers);
  const root = engine.runtime.rootPath(container.id);
  const [passwd, group] = await Promise.all([
    readText(engine, root, "/etc/passwd"),
    readText(engine, root, "/etc/group"),
  ]);
  return lookUpUser({ user, groupAdd, passwd, group });
}

async function readText(engine: EngineContext, inRoot: string, path: string): Promise<string | undefined> {
  try {
    const bytes = await engine.runtime.files.read(path, { inRoot, limitBytes: LIMIT_BYTES });
    return new TextDecoder().decode(bytes);
  } catch (error) {
    if (error instanceof EngineError && error.code === "not-found") return undefined;
    throw error;
  }
}
