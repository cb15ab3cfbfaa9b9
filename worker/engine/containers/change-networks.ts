// `docker network connect` and `disconnect`: an endpoint more or less, at once where the container runs.

import { EngineError } from "../../base/errors.ts";
import type { EngineContext } from "../engine-context.ts";
import { connectOne, disconnectOne } from "./connect-networks.ts";
import type { EndpointRecord } from "./container-record.ts";
import { isRunning } from "./container-state.ts";
import type { EndpointRequest } from "./create.ts";

/** Throws not-found, conflict or forbidden in Docker's words. */
export async function connectContainer(
  engine: EngineContext,
  networkReference: string,
  reference: string,
  request: EndpointRequest,
): Promise<void> {
  const network = engine.networks.find(networkReference);
  const container = engine.containers.find(reference);
  await container.mutex.run(async () => {
    const { record } = container;
    const mode = record.host.networkMode;
    if (mode === "host" || network.driver === "host")
      throw new EngineError(
        "invalid-argument",
        "cannot connect container to host network - container must be created in host network mode",
      );
    if (mode.startsWith("container:"))
      throw new EngineError(
        "invalid-argument",
        "container sharing network namespace with another container or host cannot be connected to any other network",
      );
    if (mode === "none" || network.driver === "null")
      throw new EngineError(
        "forbidden",
        "container cannot be connected to multiple networks with one of the networks in private (none) mode",
      );
    if (record.endpoints[network.name])
      throw new EngineError(
        "forbidden",
        `endpoint with name ${record.name} already exists in network ${network.name}`,
      );
    const endpoint: EndpointRecord = {
      networkId: network.id,
      aliases: [...request.aliases],
      links: [...request.links],
      requestedIp: request.ipAddress,
      requestedMac: request.macAddress,
      live: null,
    };
    if (isRunning(record.state)) {
      const { connectEndpoint } = engine.runtime;
      if (!connectEndpoint)
        throw new EngineError("not-implemented", "a running container cannot be connected: stop it first");
      const plan = await connectOne(engine, endpoint, freeNumber(record.endpoints));
      try {
        if (plan) await connectEndpoint.call(engine.runtime, container.id, { ...plan, gateway: undefined });
      } catch (error) {
        disconnectOne(engine, container, network.name, endpoint);
        throw error;
      }
      engine.events.emit("network", "connect", network.id, {
        container: container.id,
        name: network.name,
        type: network.driver,
      });
    }
    record.endpoints[network.name] = endpoint;
    await engine.containers.save(container);
  });
}

/** Throws not-found or forbidden in Docker's words. */
export async function disconnectContainer(
  engine: EngineContext,
  networkReference: string,
  reference: string,
): Promise<void> {
  const network = engine.networks.find(networkReference);
  const container = engine.containers.find(reference);
  await container.mutex.run(async () => {
    const { record } = container;
    if (record.host.networkMode === "host")
      throw new EngineError(
        "invalid-argument",
        "cannot disconnect container from host network - container was created in host network mode",
      );
    const endpoint = record.endpoints[network.name];
    if (!endpoint)
      throw new EngineError(
        "forbidden",
        `container ${container.id} is not connected to network ${network.name}`,
      );
    const interfaceName = endpoint.live?.interfaceName ?? "";
    if (isRunning(record.state) && interfaceName !== "") {
      const { disconnectEndpoint } = engine.runtime;
      if (!disconnectEndpoint)
        throw new EngineError("not-implemented", "a running container cannot be disconnected: stop it first");
      await disconnectEndpoint.call(engine.runtime, container.id, interfaceName);
    }
    disconnectOne(engine, container, network.name, endpoint);
    delete record.endpoints[network.name];
    await engine.containers.save(container);
  });
}

function freeNumber(endpoints: Readonly<Record<string, EndpointRecord>>): number {
  const taken = new Set(Object.values(endpoints).map((endpoint) => endpoint.live?.interfaceName));
  let number = 0;
  while (taken.has(`eth${number}`)) number++;
  return number;
}
