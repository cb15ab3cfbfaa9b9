// What LXC's template asks of the engine, over the road that the `docker` shim already has: a hidden verb of its own,
// `docker __image-rootfs IMAGE FOLDER`. It is no route of the Engine API, which is for clients that may be far from the guest's files.

import { messageOf } from "../base/errors.ts";
import type { CliSession, RunCli } from "../cli/session.ts";
import { TextSink } from "../cli/text-sink.ts";
import { humanSize } from "../cli/units.ts";

export const IMAGE_ROOTFS_VERB = "__image-rootfs";

/** In the environment, makes progress lines `bytes DONE TOTAL` for programs; on a terminal it is shown in place. */
const PROGRESS_VARIABLE = "SLIPWAY_PROGRESS";

/** Copies an image's tree into a directory of the guest. Rejects with EngineError. */
export type MakeRoot = (
  image: string,
  target: string,
  onProgress: (doneBytes: number, totalBytes: number) => void,
  signal?: AbortSignal,
) => Promise<void>;

/** The command line with the hidden verb before it. */
export function withImageRootfs(run: RunCli, makeRoot: MakeRoot): RunCli {
  return (session) =>
    session.arguments[0] === IMAGE_ROOTFS_VERB ? runImageRootfs(session, makeRoot) : run(session);
}

async function runImageRootfs(session: CliSession, makeRoot: MakeRoot): Promise<number> {
  const [, image, target, ...rest] = session.arguments;
  if (!image || !target || rest.length > 0) return await fail(session, "Usage: image-rootfs IMAGE FOLDER", 2);
  const path = target.startsWith("/") ? target : `${session.workingDirectory}/${target}`;
  const out = new TextSink(session.stdout);
  const tell = (text: string) => void out.write(text).catch(() => {});
  const form = progressForm(session);
  try {
    await makeRoot(image, path, (done, total) => tell(form(done, total)), session.signal);
    return 0;
  } catch (error) {
    return await fail(session, messageOf(error), 1);
  } finally {
    if (form === inPlace) tell(CLEAR_LINE);
    out.release();
  }
}

const CLEAR_LINE = "\r\x1b[K";
const inPlace = (done: number, total: number) => `${CLEAR_LINE}${humanSize(done)}/${humanSize(total)}`;
const asLine = (done: number, total: number) => `bytes ${done} ${total}\n`;

function progressForm({ environment, isTerminal }: CliSession): (done: number, total: number) => string {
  if (environment[PROGRESS_VARIABLE] === "bytes") return asLine;
  return isTerminal.stdout ? inPlace : () => "";
}

async function fail(session: CliSession, message: string, code: number): Promise<number> {
  const err = new TextSink(session.stderr);
  await err.line(message).catch(() => {});
  err.release();
  return code;
}
