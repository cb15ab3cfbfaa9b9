// `docker create`: the choices of the client and of the image become a record. Nothing runs in the guest yet.

import { EngineError, messageOf } from "../../base/errors.ts";
import { newContainerId } from "../container-id.ts";
import type { EngineContext } from "../engine-context.ts";
import type { ImageRunConfig } from "../image-port.ts";
import type { NetworkRecord } from "../networks/network-record.ts";
import { mergeEnvironment } from "../spec/runtime-spec.ts";
import { checkEndpoint, type EndpointRequest } from "./check-endpoint.ts";
import { checkHostConfig } from "./check-host-config.ts";
import { checkSharedModes } from "./check-shared-modes.ts";
import type { Container } from "./container.ts";
import { containerAttributes } from "./container-event.ts";
import type { ContainerConfig, ContainerRecord, EndpointRecord, HostConfig } from "./container-record.ts";
import { newState } from "./container-state.ts";
import { mergeHealthcheck } from "./healthcheck.ts";
import { randomName } from "./random-name.ts";
import { resolveMounts } from "./resolve-mounts.ts";

export interface CreateContainerRequest {
  /** Empty: a random one. */
  readonly name: string;
  readonly config: ContainerConfig;
  readonly host: HostConfig;
  /** By network name or id. */
  readonly endpoints: Readonly<Record<string, EndpointRequest>>;
}

/** Throws not-found (image, network), conflict (name) or invalid-argument, all in Docker's words. */
export async function createContainer(
  engine: EngineContext,
  request: CreateContainerRequest,
): Promise<{ container: Container; warnings: string[] }> {
  if (request.config.image === "")
    throw new EngineError("invalid-argument", "config cannot be empty in order to create a container");
  checkSharedModes(engine, request.config, request.host);
  const image = await engine.images.resolve(request.config.image);
  const config = mergeConfig(request.config, image.config);
  const argv = [...(config.entrypoint ?? []), ...(config.cmd ?? [])];
  if (argv.length === 0 || argv[0] === "") throw new EngineError("invalid-argument", "no command specified");
  const warnings = checkHostConfig(engine, config, request.host);
  const id = newContainerId(engine.randomBytes);
  const name = chooseName(engine, request.name);
  const endpoints = resolveEndpoints(engine, request);
  if (config.hostname === "")
    config.hostname =
      request.host.networkMode === "host" || request.host.utsMode === "host"
        ? engine.settings.hostname
        : id.slice(0, 12);
  engine.containers.reserveName(name, id);
  try {
    const record: ContainerRecord = {
      id,
      name,
      createdAtMs: engine.clock.nowMs(),
      imageId: image.id,
      argv,
      config,
      host: request.host,
      endpoints,
      mounts: await resolveMounts(engine, config, request.host),
      published: [],
      state: newState(),
    };
    const container = engine.containers.add(record);
    await engine.containers.save(container);
    engine.events.emit("container", "create", id, containerAttributes(container));
    return { container, warnings };
  } catch (error) {
    engine.containers.releaseName(name);
    throw error;
  }
}

/** An entrypoint of the client's makes the image's command void. */
export function mergeConfig(config: ContainerConfig, image: ImageRunConfig): ContainerConfig {
  const ownEntrypoint = config.entrypoint !== null && config.entrypoint.length > 0;
  const cmd = config.cmd !== null && config.cmd.length > 0 ? config.cmd : null;
  return {
    ...config,
    user: config.user || image.user,
    exposedPorts: [...new Set([...image.exposedPorts, ...config.exposedPorts])],
    env: mergeEnvironment(image.env, config.env),
    // `--entrypoint ""` arrives as one empty string: none at all.
    entrypoint: ownEntrypoint
      ? (config.entrypoint?.filter((word, at) => at > 0 || word !== "") ?? null)
      : copy(image.entrypoint),
    cmd: cmd ?? (ownEntrypoint ? null : copy(image.cmd)),
    volumes: [...new Set([...image.volumes, ...config.volumes])],
    workingDir: config.workingDir || image.workingDir,
    labels: { ...image.labels, ...config.labels },
    stopSignal: config.stopSignal ?? image.stopSignal ?? null,
    healthcheck: mergeHealthcheck(config.healthcheck, image.healthcheck),
    shell: config.shell ?? copy(image.shell ?? null),
    onBuild: image.onBuild.length > 0 ? [...image.onBuild] : null,
  };
}

function copy(words: readonly string[] | null): string[] | null {
  return words === null ? null : [...words];
}

function chooseName(engine: EngineContext, wanted: string): string {
  if (wanted === "") return randomName(engine.randomBytes, (name) => engine.containers.hasName(name));
  return checkContainerName(wanted);
}

/** Returns the name without its slash. Throws Docker's words for what is not a name. */
export function checkContainerName(text: string): string {
  const name = text.replace(/^\//, "");
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]{1,254}$/.test(name))
    throw new EngineError(
      "invalid-argument",
      `Invalid container name (${text}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`,
    );
  return name;
}

function resolveEndpoints(
  engine: EngineContext,
  request: CreateContainerRequest,
): Record<string, EndpointRecord> {
  const mode = request.host.networkMode;
  if (mode.startsWith("container:")) return {};
  const endpoints: Record<string, EndpointRecord> = {};
  const wanted: Record<string, EndpointRequest | undefined> = { [mode]: undefined, ...request.endpoints };
  for (const [reference, settings] of Object.entries(wanted)) {
    const name = reference === "default" ? "bridge" : reference;
    const network = knownNetwork(engine, name);
    if (settings) checkNewEndpoint(network, name, settings);
    endpoints[network?.name ?? name] = {
      networkId: network?.id ?? "",
      aliases: [...(settings?.aliases ?? [])],
      links: [...(settings?.links ?? [])],
      requestedIp: settings?.ipAddress ?? "",
      requestedMac: settings?.macAddress ?? "",
      gatewayPriority: settings?.gatewayPriority ?? 0,
      live: null,
    };
  }
  return endpoints;
}

/** One that is not there yet may be when the container starts. */
function knownNetwork(engine: EngineContext, reference: string): NetworkRecord | undefined {
  try {
    return engine.networks.find(reference);
  } catch (error) {
    if (error instanceof EngineError && error.code === "not-found") return undefined;
    throw error;
  }
}

function checkNewEndpoint(network: NetworkRecord | undefined, name: string, settings: EndpointRequest): void {
  try {
    checkEndpoint(network, settings);
  } catch (cause) {
    const message = `invalid config for network ${name}: ${messageOf(cause)}`;
    throw new EngineError("invalid-argument", message, { cause });
  }
}
