// `Up 2 minutes`, `Exited (0) 3 seconds ago`: a container's state in Docker's words.

import type { ContainerState } from "../../engine/containers/container-record.ts";

export function statusText(state: ContainerState, nowMs: number): string {
  const since = (timeMs: number) => humanDuration(Math.max(0, nowMs - timeMs));
  switch (state.status) {
    case "running":
      return `Up ${since(state.startedAtMs)}${healthText(state)}`;
    case "paused":
      return `Up ${since(state.startedAtMs)} (Paused)`;
    case "restarting":
      return `Restarting (${state.exitCode}) ${since(state.finishedAtMs)} ago`;
    case "removing":
      return "Removal In Progress";
    case "dead":
      return "Dead";
    case "created":
      return "Created";
    case "exited":
      return state.finishedAtMs === 0 ? "" : `Exited (${state.exitCode}) ${since(state.finishedAtMs)} ago`;
  }
}

function healthText({ health }: ContainerState): string {
  if (!health) return "";
  return health.status === "starting" ? " (health: starting)" : ` (${health.status})`;
}

/** go-units' HumanDuration. */
export function humanDuration(durationMs: number): string {
  const seconds = Math.floor(durationMs / 1000);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(durationMs / 3_600_000 + 0.5);
  if (seconds < 1) return "Less than a second";
  if (seconds === 1) return "1 second";
  if (seconds < 60) return `${seconds} seconds`;
  if (minutes === 1) return "About a minute";
  if (minutes < 60) return `${minutes} minutes`;
  if (hours === 1) return "About an hour";
  if (hours < 48) return `${hours} hours`;
  if (hours < 24 * 14) return `${Math.floor(hours / 24)} days`;
  if (hours < 24 * 60) return `${Math.floor(hours / 24 / 7)} weeks`;
  if (hours < 24 * 365 * 2) return `${Math.floor(hours / 24 / 30)} months`;
  return `${Math.floor(durationMs / 3_600_000 / 24 / 365)} years`;
}
