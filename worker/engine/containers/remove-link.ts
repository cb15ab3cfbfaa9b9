// `docker rm --link /PARENT/ALIAS`: takes one of a container's links away. The rules and words are moby's ("daemon/delete.go", rmLink).

import { EngineError } from "../../base/errors.ts";
import type { EngineContext } from "../engine-context.ts";
import { parseLink } from "./parse-link.ts";

/** Its hosts file and environment have it until its next start. Rejects with EngineError in Docker's words. */
export async function removeLink(engine: EngineContext, reference: string): Promise<void> {
  const name = reference.startsWith("/") ? reference : `/${reference}`;
  const at = name.lastIndexOf("/");
  const alias = name.slice(at + 1);
  if (at === 0) {
    engine.containers.find(alias);
    throw new EngineError("internal", "Conflict, cannot remove the default link name of the container");
  }
  const parent = engine.containers.all().find(({ record }) => `/${record.name}` === name.slice(0, at));
  const aliasOf = (link: string) => parseLink(link).alias.replace(/^.*\//, "");
  if (!parent?.record.host.links.some((link) => aliasOf(link) === alias))
    throw new EngineError("not-found", `No such container: ${reference}`);
  await parent.mutex.run(async () => {
    const { host } = parent.record;
    host.links = host.links.filter((link) => aliasOf(link) !== alias);
    await engine.containers.save(parent);
  });
}
