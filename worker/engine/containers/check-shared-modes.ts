// Namespaces shared with the host or with another container, and the choices that contradict them, in Docker's words.

import { EngineError } from "../../base/errors.ts";
import type { EngineContext } from "../engine-context.ts";
import type { ContainerConfig, HostConfig } from "./container-record.ts";

const LINKS_CONFLICT = "network can't be used with links. This would result in undefined behavior";

/**
 * `config`: the client's own, without the image's. Whether the container whose network is shared exists shows when this one starts; those
 * of the other namespaces must be there. Throws EngineError("invalid-argument" | "not-found").
 */
export function checkSharedModes(engine: EngineContext, config: ContainerConfig, host: HostConfig): void {
  for (const mode of [host.pidMode, host.ipcMode])
    if (mode.startsWith("container:")) engine.containers.find(mode.slice("container:".length));
  if (host.utsMode === "host" && config.hostname !== "") conflict("hostname and the UTS mode");
  if (host.networkMode === "host" && host.links.length > 0) conflict(`host type ${LINKS_CONFLICT}`);
  if (!host.networkMode.startsWith("container:")) return;
  if (host.networkMode === "container:")
    throw new EngineError(
      "invalid-argument",
      "invalid network mode: invalid container format container:<name|id>",
    );
  if (config.hostname !== "") conflict("hostname and the network mode");
  if (host.links.length > 0) conflict(`container type ${LINKS_CONFLICT}`);
  if (host.dns.length > 0) conflict("dns and the network mode");
  if (host.extraHosts.length > 0) conflict("custom host-to-IP mapping and the network mode");
  if (Object.keys(host.portBindings).length > 0 || host.publishAllPorts)
    conflict("port publishing and the container type network mode");
  if (config.exposedPorts.length > 0) conflict("port exposing and the container type network mode");
}

function conflict(options: string): never {
  throw new EngineError("invalid-argument", `conflicting options: ${options}`);
}
