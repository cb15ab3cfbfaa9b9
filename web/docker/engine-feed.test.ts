// The feed over the real API with the fake runtime: who is told what, and when.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createApi } from "../../worker/api/api.ts";
import { testEngine } from "../../worker/engine/testing/test-engine.ts";
import { bytePort } from "../../worker/rpc/byte-port.ts";
import { serveExchange } from "../../worker/rpc/serve-exchange.ts";
import { DockerClient } from "./docker-client.ts";
import { DockerEndpoint } from "./docker-endpoint.ts";
import { EngineFeed } from "./engine-feed.ts";

let docker: DockerClient;
let feed: EngineFeed;
let setPhase: (phase: string) => void;
let life: AbortController;

beforeEach(async () => {
  const { engine } = await testEngine();
  const api = createApi(engine);
  const lost = new Promise<never>(() => {});
  docker = new DockerClient(
    new DockerEndpoint((request, port) => ({ answer: serveExchange(api, request, bytePort(port)), lost })),
  );
  life = new AbortController();
  feed = new EngineFeed(docker, {
    observe(listener) {
      setPhase = (phase) => listener({ phase });
      listener({ phase: "ready" });
    },
  });
});

afterEach(() => {
  life.abort();
  setPhase("idle");
});

function counted(types: readonly string[], signal = life.signal) {
  const looks = { count: 0, again: () => {} };
  looks.again = feed.watch(
    types,
    async () => {
      looks.count++;
    },
    signal,
  );
  return looks;
}

describe("EngineFeed", () => {
  it("makes a watcher look at once, and after events of its kind only", async () => {
    const volumes = counted(["volume"]);
    const containers = counted(["container"]);
    await expect.poll(() => volumes.count).toBe(1);
    await docker.volumes.create({ Name: "data" });
    await expect.poll(() => volumes.count).toBe(2);
    expect(containers.count).toBe(1);
    expect(feed.history.map(({ Type, Action }) => `${Type} ${Action}`)).toEqual(["volume create"]);
  });

  it("looks once more, however much happened while it looked", async () => {
    let count = 0;
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    feed.watch(
      ["volume"],
      async () => {
        count++;
        await gate;
      },
      life.signal,
    );
    for (const name of ["one", "two", "three"]) await docker.volumes.create({ Name: name });
    await expect.poll(() => feed.history.length).toBe(3);
    expect(count).toBe(1);
    release();
    await expect.poll(() => count).toBe(2);
  });

  it("leaves a watcher alone that has ended, and listens to what asks for more", async () => {
    const ended = new AbortController();
    const one = counted(["volume"], ended.signal);
    const two = counted([]);
    await expect.poll(() => two.count).toBe(1);
    ended.abort();
    await docker.volumes.create({ Name: "data" });
    two.again();
    await expect.poll(() => two.count).toBe(2);
    await expect.poll(() => feed.history.length).toBe(1);
    one.again();
    expect(one.count).toBe(1);
  });

  it("begins anew with the next machine", async () => {
    const volumes = counted(["volume"]);
    await docker.volumes.create({ Name: "data" });
    await expect.poll(() => volumes.count).toBe(2);
    setPhase("failed");
    expect(feed.ready).toBe(false);
    expect(feed.history).toEqual([]);
    setPhase("ready");
    await expect.poll(() => volumes.count).toBeGreaterThan(2);
  });
});
