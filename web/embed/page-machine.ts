// The page's machine: the first element that runs something starts it, all others join. Elements that keep something have one for each name,
// and so have those that may reach something else outside.

import type { BootProgress } from "../sandbox/boot-sandbox.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { embedSettings } from "./embed-settings.ts";

/** Fetched when it is needed. */
export type EmbedRuntime = typeof import("./embed-runtime.ts");

export interface PageMachine {
  readonly runtime: EmbedRuntime;
  readonly sandbox: Sandbox;
}

interface Starting {
  readonly machine: Promise<PageMachine>;
  readonly listeners: Set<(progress: BootProgress) => void>;
}

/** What an element's attributes say of its machine; null where they say nothing. */
export interface MachineWish {
  /** The name under which it keeps something. */
  readonly persist: string | null;
  readonly outside: string | null;
  readonly relay: string | null;
}

/** By what was wished for. */
const machines = new Map<string, Starting>();

/** A machine that has stopped is forgotten: the next call starts another. */
export function pageMachine(
  wish: MachineWish,
  onProgress: (progress: BootProgress) => void,
): Promise<PageMachine> {
  const key = JSON.stringify([wish.persist, wish.outside, wish.relay]);
  const known = machines.get(key);
  if (known !== undefined) {
    known.listeners.add(onProgress);
    return known.machine;
  }
  const listeners = new Set([onProgress]);
  const starting: Starting = { listeners, machine: start(wish, listeners) };
  machines.set(key, starting);
  const forget = () => {
    if (machines.get(key) === starting) machines.delete(key);
  };
  starting.machine.then(({ sandbox }) => sandbox.on("error", () => sandbox.ended && forget()), forget);
  return starting.machine;
}

async function start(
  { persist, outside, relay }: MachineWish,
  listeners: Set<(progress: BootProgress) => void>,
): Promise<PageMachine> {
  const runtime = await import("./embed-runtime.ts");
  const sandbox = await runtime.Sandbox.boot({
    ...embedSettings(),
    ...(outside !== null && { outside }),
    ...(relay !== null && { relay }),
    persist: persist === null ? false : persist || true,
    onProgress: (progress) => {
      for (const listener of listeners) listener(progress);
    },
  });
  listeners.clear();
  return { runtime, sandbox };
}
