// The states of a container, and which verbs each allows.

import type { ContainerState, ContainerStatus } from "./container-record.ts";

export function newState(): ContainerState {
  return {
    status: "created",
    pid: 0,
    exitCode: 0,
    error: "",
    oomKilled: false,
    startedAtMs: 0,
    finishedAtMs: 0,
    manuallyStopped: false,
    restartCount: 0,
  };
}

/** A process exists: running, paused. (A restarting container waits without one.) */
export function isRunning(state: ContainerState): boolean {
  return state.status === "running" || state.status === "paused";
}

const STARTABLE: readonly ContainerStatus[] = ["created", "exited", "restarting"];

export function canStart(state: ContainerState): boolean {
  return STARTABLE.includes(state.status);
}

export function canKill(state: ContainerState): boolean {
  return isRunning(state);
}

/** Stopping a container that waits for its restart ends the waiting. */
export function canStop(state: ContainerState): boolean {
  return isRunning(state) || state.status === "restarting";
}

export function canPause(state: ContainerState): boolean {
  return state.status === "running";
}

export function canExec(state: ContainerState): boolean {
  return state.status === "running";
}

/** Without force. */
export function canRemove(state: ContainerState): boolean {
  return !isRunning(state) && state.status !== "restarting";
}
