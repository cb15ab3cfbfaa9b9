// How a container is told in words.

import type { WireContainerSummary, WirePort } from "../../worker/rpc/docker-wire.ts";

/** Without the slash that names have on the wire. */
export function containerName(container: { readonly Names: readonly string[]; readonly Id: string }): string {
  return container.Names[0]?.replace(/^\//, "") ?? container.Id.slice(0, 12);
}

/** Without the times of `docker ps`: they would be out of date a second later. */
export function stateText({ Status, State }: Pick<WireContainerSummary, "Status" | "State">): string {
  const note = /\((?!\d)[^)]*\)$/.exec(Status)?.[0];
  if (State === "running") return note === undefined || note === "(Paused)" ? "Running" : `Running ${note}`;
  return Status.replace(/ (?:Less than|About|\d+) .*ago$/, "") || State;
}

/** `8080 → 80`, `53/udp`; one for each port, however many addresses it is bound to. */
export function portTexts(ports: readonly WirePort[]): string[] {
  const texts = ports.map(({ PublicPort, PrivatePort, Type }) => {
    const inner = Type === "tcp" ? String(PrivatePort) : `${PrivatePort}/${Type}`;
    return PublicPort === undefined ? inner : `${PublicPort} → ${inner}`;
  });
  return [...new Set(texts)];
}
