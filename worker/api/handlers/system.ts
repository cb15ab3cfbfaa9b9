// The engine itself: ping, version, info, events, and what a host without swarm and plugins says.

import { chunksOf } from "../../base/streams.ts";
import type { EngineEvent } from "../../engine/events/engine-event.ts";
import { watchEvents } from "../../engine/events/watch-events.ts";
import { parseTimeMs } from "../../engine/time-text.ts";
import { type Handler, replyEnd } from "../api-call.ts";
import { API_VERSION, ENGINE_VERSION, MIN_API_VERSION } from "../api-version.ts";
import { jsonReply, jsonStreamReply, textReply } from "../reply.ts";
import type { WireEvent } from "../wire/event.ts";
import type { WireVersion } from "../wire/system.ts";
import { writeInfo } from "../wire/write-info.ts";

export const ping: Handler = ({ request }) => {
  const reply = textReply("OK");
  return {
    ...reply,
    headers: {
      ...reply.headers,
      "Builder-Version": "1",
      Swarm: "inactive",
      "Cache-Control": "no-cache, no-store, must-revalidate",
      Pragma: "no-cache",
      ...(request.method === "HEAD" ? { "Content-Length": "0" } : {}),
    },
  };
};

export const version: Handler = ({ engine }) => {
  const { settings } = engine;
  const reply: WireVersion = {
    Platform: { Name: "Slipway" },
    Components: [
      {
        Name: "Engine",
        Version: ENGINE_VERSION,
        Details: {
          ApiVersion: `1.${API_VERSION}`,
          Arch: "386",
          Experimental: "false",
          KernelVersion: settings.kernelVersion,
          MinAPIVersion: `1.${MIN_API_VERSION}`,
          Os: "linux",
        },
      },
    ],
    Version: ENGINE_VERSION,
    ApiVersion: `1.${API_VERSION}`,
    MinAPIVersion: `1.${MIN_API_VERSION}`,
    GitCommit: "",
    GoVersion: "",
    Os: "linux",
    Arch: "386",
    KernelVersion: settings.kernelVersion,
  };
  return jsonReply(reply);
};

export const info: Handler = async ({ engine }) => jsonReply(await writeInfo(engine));

export const events: Handler = (call) => {
  const { engine, query } = call;
  const now = engine.clock.nowMs();
  const end = replyEnd(call);
  const stream = watchEvents(engine.events, engine.clock, {
    sinceMs: parseTimeMs(query.text("since"), now),
    untilMs: parseTimeMs(query.text("until"), now),
    filters: query.filters(),
    signal: end.signal,
  });
  return jsonStreamReply(written(chunksOf(stream)), { lineEnd: "\n", onCancel: () => end.abort() });
};

async function* written(source: AsyncIterable<EngineEvent>): AsyncGenerator<WireEvent> {
  for await (const event of source) yield writeEvent(event);
}

function writeEvent(event: EngineEvent): WireEvent {
  const image = event.attributes.image;
  const old =
    event.type === "container" || event.type === "image"
      ? { status: event.action, id: event.actorId, ...(image === undefined ? {} : { from: image }) }
      : {};
  return {
    ...old,
    Type: event.type,
    Action: event.action,
    Actor: { ID: event.actorId, Attributes: { ...event.attributes } },
    scope: "local",
    time: Math.floor(event.timeMs / 1000),
    timeNano: Math.floor(event.timeMs * 1e6),
  };
}
