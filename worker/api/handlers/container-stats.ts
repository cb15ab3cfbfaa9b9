// What containers are doing: top, stats, and new limits.

import type { Container } from "../../engine/containers/container.ts";
import { type ContainerSample, sampleContainer } from "../../engine/containers/stats.ts";
import { topContainer } from "../../engine/containers/top.ts";
import { type ContainerUpdate, updateContainer } from "../../engine/containers/update.ts";
import type { EngineContext } from "../../engine/engine-context.ts";
import { type Handler, parameter, replyEnd } from "../api-call.ts";
import { readJsonBody } from "../json-body.ts";
import { JsonFields } from "../json-fields.ts";
import { jsonReply, jsonStreamReply } from "../reply.ts";
import type { WireContainerStats } from "../wire/container-stats.ts";
import type { WireTop, WireUpdated } from "../wire/container-summary.ts";
import { readHostConfig } from "../wire/read-container-config.ts";
import { writeStats } from "../wire/write-stats.ts";

const INTERVAL_MS = 1000;

export const top: Handler = async (call) => {
  const table = await topContainer(call.engine, parameter(call, "id"), call.query.text("ps_args"));
  const reply: WireTop = {
    Titles: [...table.titles],
    Processes: table.rows.map((row) => [...row]),
  };
  return jsonReply(reply);
};

/** A sample a second; with stream=0 one, after another to compare it with (unless one-shot). */
export const stats: Handler = (call) => {
  const { engine, query } = call;
  const container = engine.containers.find(parameter(call, "id"));
  const stream = query.text("stream") === "" || query.boolean("stream");
  const end = replyEnd(call);
  return jsonStreamReply(samples(engine, container, stream, query.boolean("one-shot"), end.signal), {
    lineEnd: "\n",
    onCancel: () => end.abort(),
  });
};

async function* samples(
  engine: EngineContext,
  container: Container,
  stream: boolean,
  oneShot: boolean,
  signal: AbortSignal,
): AsyncGenerator<WireContainerStats> {
  let before: ContainerSample | undefined;
  if (!stream && !oneShot && container.run) {
    before = await sampleContainer(engine, container);
    await pause(engine, signal);
  }
  while (!signal.aborted) {
    const now = await sampleContainer(engine, container);
    yield writeStats(engine, container, now, before);
    before = now;
    if (!stream || engine.containers.byId(container.id) !== container) return;
    await pause(engine, signal);
  }
}

function pause(engine: EngineContext, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const stopTimer = engine.clock.after(INTERVAL_MS, resolve);
    signal.addEventListener(
      "abort",
      () => {
        stopTimer();
        resolve();
      },
      { once: true },
    );
  });
}

export const update: Handler = async (call) => {
  const body = new JsonFields(await readJsonBody(call.request.body));
  const host = readHostConfig(body);
  const update: ContainerUpdate = {
    ...(host.memoryBytes === 0 ? {} : { memoryBytes: host.memoryBytes }),
    ...(host.memoryReservationBytes === 0 ? {} : { memoryReservationBytes: host.memoryReservationBytes }),
    ...(host.memorySwapBytes === 0 ? {} : { memorySwapBytes: host.memorySwapBytes }),
    ...(host.nanoCpus === 0 ? {} : { nanoCpus: host.nanoCpus }),
    ...(host.cpuShares === 0 ? {} : { cpuShares: host.cpuShares }),
    ...(host.cpuPeriod === 0 ? {} : { cpuPeriod: host.cpuPeriod }),
    ...(host.cpuQuota === 0 ? {} : { cpuQuota: host.cpuQuota }),
    ...(host.cpusetCpus === "" ? {} : { cpusetCpus: host.cpusetCpus }),
    ...(host.pidsLimit === null ? {} : { pidsLimit: host.pidsLimit }),
    ...(body.object("RestartPolicy").text("Name") === "" ? {} : { restartPolicy: host.restartPolicy }),
  };
  const warnings = await updateContainer(call.engine, parameter(call, "id"), update);
  const reply: WireUpdated = { Warnings: warnings.length > 0 ? warnings : null };
  return jsonReply(reply);
};
