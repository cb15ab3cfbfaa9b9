// An element's image, there before its container: what the engine says about fetching it stays out of what the reader looks at.

import type { Sandbox } from "../sandbox/sandbox.ts";

const pulls = new WeakMap<Sandbox, Map<string, Promise<void>>>();

/** Several elements with one image fetch it once. Rejects with Docker's words. */
export function ensureImage(sandbox: Sandbox, image: string): Promise<void> {
  let known = pulls.get(sandbox);
  if (known === undefined) {
    known = new Map();
    pulls.set(sandbox, known);
  }
  const pulling = known.get(image) ?? pull(sandbox, image);
  known.set(image, pulling);
  pulling.catch(() => known.delete(image));
  return pulling;
}

async function pull({ docker }: Sandbox, image: string): Promise<void> {
  const found = await docker.images.inspect(image).catch(() => undefined);
  if (found !== undefined) return;
  for await (const { error } of docker.images.pull(image)) if (error !== undefined) throw new Error(error);
}
