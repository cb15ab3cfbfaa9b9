// One process with the caller at its streams, from the attach to the exit code. `run`, `start -a` and `attach` differ in what
// they do between.

import type { WireWait } from "../api/wire/container-summary.ts";
import { DEFAULT_DETACH_KEYS, detachKeysText } from "../base/detach-keys.ts";
import { pathSegment } from "./api-client.ts";
import { copyStreams } from "./attached-streams.ts";
import { CliError } from "./cli-error.ts";
import type { CommandContext } from "./command.ts";
import { followSize } from "./follow-size.ts";
import { forwardSignals } from "./forward-signals.ts";
import { whenAborted } from "./when-aborted.ts";

export interface AttachPlan {
  readonly id: string;
  readonly tty: boolean;
  readonly streams: { readonly stdin: boolean; readonly stdout: boolean; readonly stderr: boolean };
  readonly detachKeys: Uint8Array;
  readonly forwardSignals: boolean;
  /** What the exit code is of: the end that comes next, the removal after it, or the present state. */
  readonly wait: "next-exit" | "removed" | "not-running";
  /** Runs once the streams are joined and the wait is under way. */
  readonly start: () => Promise<void>;
}

/** The exit code; "detached" when the caller left with the detach keys. */
export async function attachSession(context: CommandContext, plan: AttachPlan): Promise<number | "detached"> {
  const { session, api, out, err } = context;
  const path = `/containers/${pathSegment(plan.id)}`;
  const over = new AbortController();
  let gaveUp = false;
  const giveUp = () => {
    gaveUp = true;
    over.abort();
  };
  const stopForwarding = plan.forwardSignals ? forwardSignals(session, api, plan.id, giveUp) : undefined;
  let copying: Promise<unknown> | undefined;
  try {
    const connection = await api.hijack(`${path}/attach`, {
      query: { ...plan.streams, stream: true, detachKeys: ownDetachKeys(plan.detachKeys) },
      signal: over.signal,
    });
    const exit = await api.call("POST", `${path}/wait`, {
      query: { condition: plan.wait },
      signal: over.signal,
    });
    const streams = copyStreams(
      session,
      {
        connection,
        tty: plan.tty,
        input: plan.streams.stdin,
        detachKeys: plan.detachKeys,
        signal: over.signal,
      },
      out,
      err,
    );
    copying = streams.catch(() => {});
    await plan.start();
    const stopResizing = plan.tty ? await followSize(session, api, `${path}/resize`) : undefined;
    if ((await streams.finally(stopResizing)) === "detached") return "detached";
    return exitCodeOf(await Promise.race([api.readJson<WireWait>(exit), whenAborted(over.signal)]));
  } catch (error) {
    if (!gaveUp) throw error;
    await err.line("got 3 SIGTERM/SIGINTs, forcefully exiting");
    return 1;
  } finally {
    stopForwarding?.();
    over.abort();
    await copying;
  }
}

/** The engine looks for keys as well, and needs to know only of others than the usual ones. */
function ownDetachKeys(keys: Uint8Array): string | undefined {
  return keys === DEFAULT_DETACH_KEYS ? undefined : detachKeysText(keys);
}

function exitCodeOf(exit: WireWait): number {
  if (exit.Error?.Message) throw new CliError(exit.Error.Message, 125);
  return exit.StatusCode & 0xff;
}
