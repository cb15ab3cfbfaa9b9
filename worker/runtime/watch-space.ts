// How a long copy in the guest gets on: by what its target's file system has more in use.

import type { Agent } from "../guest/agent.ts";
import { ArgumentReader } from "../guest/arguments.ts";
import { OperationBatch } from "../guest/operations.ts";

const LOOK_EVERY_MS = 400;

/** Calls back with the bytes that have come in use since, until what is returned is called. What else writes there counts as well. */
export function watchSpace(agent: Agent, path: string, onBytes: (bytes: number) => void): () => void {
  let first: number | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  const look = async (): Promise<void> => {
    const [answer] = await agent.run(new OperationBatch().usedSpace(path));
    if (stopped || answer === undefined) return;
    const used = new ArgumentReader(answer).u64();
    first ??= used;
    onBytes(Math.max(0, used - first));
    timer = setTimeout(again, LOOK_EVERY_MS);
  };
  // Where it cannot be looked, nothing is told.
  const again = () => void look().catch(() => {});
  again();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
