// The page's machine: the first element that runs something starts it, all others join. Elements that keep something have one for each name.

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

/** By the name under which they keep something; null: they keep nothing. */
const machines = new Map<string | null, Starting>();

/** `persist`: the element's attribute, null without one. A machine that has stopped is forgotten: the next call starts another. */
export function pageMachine(
  persist: string | null,
  onProgress: (progress: BootProgress) => void,
): Promise<PageMachine> {
  const known = machines.get(persist);
  if (known !== undefined) {
    known.listeners.add(onProgress);
    return known.machine;
  }
  const listeners = new Set([onProgress]);
  const starting: Starting = { listeners, machine: start(persist, listeners) };
  machines.set(persist, starting);
  const forget = () => {
    if (machines.get(persist) === starting) machines.delete(persist);
  };
  starting.machine.then(({ sandbox }) => sandbox.on("error", () => sandbox.ended && forget()), forget);
  return starting.machine;
}

async function start(
  persist: string | null,
  listeners: Set<(progress: BootProgress) => void>,
): Promise<PageMachine> {
  const runtime = await import("./embed-runtime.ts");
  const sandbox = await runtime.Sandbox.boot({
    ...embedSettings(),
    persist: persist === null ? false : persist || true,
    onProgress: (progress) => {
      for (const listener of listeners) listener(progress);
    },
  });
  listeners.clear();
  return { runtime, sandbox };
}
