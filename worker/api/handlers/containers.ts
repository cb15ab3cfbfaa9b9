// Containers: all but their streams.

import { EngineError } from "../../base/errors.ts";
import { createContainer } from "../../engine/containers/create.ts";
import { killContainer } from "../../engine/containers/kill.ts";
import { listContainers } from "../../engine/containers/list.ts";
import { measureContainers } from "../../engine/containers/measure.ts";
import { pauseContainer, unpauseContainer } from "../../engine/containers/pause.ts";
import { pruneContainers } from "../../engine/containers/prune.ts";
import { removeContainer } from "../../engine/containers/remove.ts";
import { removeLink } from "../../engine/containers/remove-link.ts";
import { renameContainer } from "../../engine/containers/rename.ts";
import { resizeContainer, type TerminalSize } from "../../engine/containers/resize.ts";
import { restartContainer } from "../../engine/containers/restart.ts";
import { startContainer } from "../../engine/containers/start.ts";
import { type StopOptions, stopContainer } from "../../engine/containers/stop.ts";
import { parseWaitCondition, waitContainer } from "../../engine/containers/wait.ts";
import { type ApiCall, type Handler, parameter, replyEnd } from "../api-call.ts";
import { readJsonBody } from "../json-body.ts";
import { JsonFields } from "../json-fields.ts";
import { jsonReply, jsonStreamReply, noContent } from "../reply.ts";
import type { WireContainersPruned, WireWait } from "../wire/container-summary.ts";
import {
  readContainerConfig,
  readEndpoints,
  readHostConfig,
  readMacAddress,
} from "../wire/read-container-config.ts";
import { readForeignChoices } from "../wire/read-foreign-choices.ts";
import { readPlatformText, requirePlatform } from "../wire/read-platform.ts";
import { writeInspect, writeSummary } from "../wire/write-container.ts";

const id = (call: ApiCall) => parameter(call, "id");

export const list: Handler = async ({ engine, query }) => {
  const containers = await listContainers(engine, {
    all: query.boolean("all"),
    limit: Math.max(0, query.integer("limit") ?? 0),
    filters: query.filters(),
  });
  const sizes = query.boolean("size") ? await measureContainers(engine, containers) : undefined;
  return jsonReply(containers.map((container) => writeSummary(engine, container, sizes?.get(container.id))));
};

export const create: Handler = async ({ engine, query, request }) => {
  const body = new JsonFields(await readJsonBody(request.body));
  const host = readHostConfig(body.object("HostConfig"));
  const foreign = readForeignChoices(body.object("HostConfig"));
  if (body.boolean("NetworkDisabled")) host.networkMode = "none";
  const endpoints = readEndpoints(body.object("NetworkingConfig"));
  const macAddress = readMacAddress(body);
  const own = endpoints[host.networkMode];
  if (macAddress !== "")
    endpoints[host.networkMode] = {
      aliases: [],
      links: [],
      ipAddress: "",
      gatewayPriority: 0,
      ...own,
      macAddress,
    };
  await requirePlatform(engine, body.text("Image"), readPlatformText(query.text("platform")));
  const { container, warnings } = await createContainer(engine, {
    name: query.text("name"),
    config: readContainerConfig(body),
    host,
    endpoints,
  });
  return jsonReply({ Id: container.id, Warnings: [...foreign, ...warnings] }, 201);
};

export const inspect: Handler = async (call) => {
  const { engine, query } = call;
  const container = engine.containers.find(id(call));
  const sizes = query.boolean("size") ? await measureContainers(engine, [container]) : undefined;
  return jsonReply(writeInspect(engine, container, sizes?.get(container.id)));
};

export const start: Handler = async (call) => {
  await startContainer(call.engine, id(call));
  return noContent();
};

export const stop: Handler = async (call) => {
  await stopContainer(call.engine, id(call), stopOptions(call));
  return noContent();
};

export const restart: Handler = async (call) => {
  await restartContainer(call.engine, id(call), stopOptions(call));
  return noContent();
};

function stopOptions({ query }: ApiCall): StopOptions {
  return { timeoutS: query.integer("t"), signal: query.text("signal") || undefined };
}

export const kill: Handler = async (call) => {
  await killContainer(call.engine, id(call), call.query.text("signal"));
  return noContent();
};

export const pause: Handler = async (call) => {
  await pauseContainer(call.engine, id(call));
  return noContent();
};

export const unpause: Handler = async (call) => {
  await unpauseContainer(call.engine, id(call));
  return noContent();
};

/** Headers go out at once: a client starts the container only when it has them. */
export const wait: Handler = (call) => {
  const condition = parseWaitCondition(call.query.text("condition"));
  const end = replyEnd(call);
  const exit = waitContainer(call.engine, id(call), condition, end.signal);
  exit.catch(() => {});
  return jsonStreamReply(
    (async function* (): AsyncGenerator<WireWait> {
      const { exitCode, error } = await exit;
      yield { StatusCode: exitCode, ...(error === "" ? {} : { Error: { Message: error } }) };
    })(),
    { lineEnd: "\n", onCancel: () => end.abort() },
  );
};

export const resize: Handler = async (call) => {
  await resizeContainer(call.engine, id(call), terminalSize(call));
  return noContent(200);
};

/** `h` and `w`. Throws invalid-argument for what is not a size. */
export function terminalSize({ query }: ApiCall): TerminalSize {
  const rows = query.integer("h") ?? -1;
  const columns = query.integer("w") ?? -1;
  if (rows < 0 || columns < 0 || rows > 65_535 || columns > 65_535)
    throw new EngineError("invalid-argument", "invalid resize: h and w must be from 0 to 65535");
  return { columns, rows };
}

export const rename: Handler = async (call) => {
  await renameContainer(call.engine, id(call), call.query.text("name"));
  return noContent();
};

export const remove: Handler = async (call) => {
  const { query } = call;
  if (query.boolean("link")) {
    await removeLink(call.engine, parameter(call, "id"));
    return noContent();
  }
  await removeContainer(call.engine, id(call), {
    force: query.boolean("force"),
    removeVolumes: query.boolean("v"),
  });
  return noContent();
};

export const prune: Handler = async ({ engine, query }) => {
  const { removed, reclaimedBytes } = await pruneContainers(engine, query.filters());
  const reply: WireContainersPruned = {
    ContainersDeleted: removed.length > 0 ? removed : null,
    SpaceReclaimed: reclaimedBytes,
  };
  return jsonReply(reply);
};
