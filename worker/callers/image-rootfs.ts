// What LXC's template asks of the engine, over the road that the `docker` shim already has: a hidden verb of its own,
// `docker __image-rootfs IMAGE FOLDER`. It is no route of the Engine API, which is for clients that may be far from the guest's files.

import { messageOf } from "../base/errors.ts";
import type { CliSession, RunCli } from "../cli/session.ts";

export const IMAGE_ROOTFS_VERB = "__image-rootfs";

/** Copies an image's tree into a directory of the guest. Rejects with EngineError. */
export type MakeRoot = (image: string, target: string) => Promise<void>;

/** The command line with the hidden verb before it. */
export function withImageRootfs(run: RunCli, makeRoot: MakeRoot): RunCli {
  return (session) =>
    session.arguments[0] === IMAGE_ROOTFS_VERB ? runImageRootfs(session, makeRoot) : run(session);
}

async function runImageRootfs(session: CliSession, makeRoot: MakeRoot): Promise<number> {
  const [, image, target, ...rest] = session.arguments;
  if (!image || !target || rest.length > 0) return await fail(session, "Usage: image-rootfs IMAGE FOLDER", 2);
  const path = target.startsWith("/") ? target : `${session.workingDirectory}/${target}`;
  try {
    await makeRoot(image, path);
    return 0;
  } catch (error) {
    return await fail(session, messageOf(error), 1);
  }
}

async function fail(session: CliSession, message: string, code: number): Promise<number> {
  const writer = session.stderr.getWriter();
  await writer.write(new TextEncoder().encode(`${message}\n`)).catch(() => {});
  writer.releaseLock();
  return code;
}
