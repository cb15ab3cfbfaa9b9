// The root file system of an LXC container: an image's files, copied to where liblxc expects them. A copy, since the tree belongs to
// the container from then on: lxc-copy, lxc-snapshot and lxc-destroy treat it as any folder. The bytes never leave the guest.

import { EngineError } from "../../base/errors.ts";
import type { EngineContext } from "../engine-context.ts";
import type { RunnableImage } from "../image-port.ts";

/**
 * Copies the image's tree into the guest's directory `target` (absolute; made when it is not there). An image that is not here is pulled.
 * `onProgress` hears about how many bytes are there, and of how many in all.
 * Rejects with EngineError in Docker's words, or the signal's reason, which is heard until the copying begins: whoever gave up may have given
 * `target` to others. Nothing stays but what was copied into `target` by then.
 */
export async function makeRoot(
  engine: EngineContext,
  reference: string,
  target: string,
  onProgress: (doneBytes: number, totalBytes: number) => void = () => {},
  signal?: AbortSignal,
): Promise<void> {
  if (!target.startsWith("/")) throw new EngineError("invalid-argument", `${target} is not an absolute path`);
  const { layers } = await resolveOrPull(engine, reference);
  const { sizeBytes } = await engine.images.inspect(reference);
  const onBytes = (copied: number) => onProgress(Math.min(copied, sizeBytes), sizeBytes);
  await engine.runtime.copyLayers(layers, target, onBytes, signal);
}

async function resolveOrPull(engine: EngineContext, reference: string): Promise<RunnableImage> {
  try {
    return await engine.images.resolve(reference);
  } catch (error) {
    if (!(error instanceof EngineError) || error.code !== "not-found") throw error;
    for await (const progress of engine.images.pull(reference, ""))
      if (progress.error !== undefined) throw new EngineError("unavailable", progress.error);
    return await engine.images.resolve(reference);
  }
}
