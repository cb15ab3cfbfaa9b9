// What 2,000 containers leave behind in an engine over the fake runtime: nothing in its stores, and no memory.

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { attachContainer } from "./containers/attach.ts";
import { createContainer } from "./containers/create.ts";
import { createExec, startExec } from "./containers/exec.ts";
import { plainExec } from "./containers/exec-store.ts";
import { removeContainer } from "./containers/remove.ts";
import { startContainer } from "./containers/start.ts";
import { stopContainer } from "./containers/stop.ts";
import { waitContainer } from "./containers/wait.ts";
import { createNetwork } from "./networks/create-network.ts";
import { containerRequest } from "./testing/container-request.ts";
import { networkRequest } from "./testing/network-request.ts";
import { testEngine } from "./testing/test-engine.ts";

const RUNS = 2000;
/** What a run may keep on average: less than any record, log or stream of it. */
const MOST_BYTES_PER_RUN = 1024;

setFlagsFromString("--expose_gc");
const collectGarbage = runInNewContext("gc") as () => void;

type Parts = Awaited<ReturnType<typeof testEngine>>;

/** One of several kinds of lives. */
async function live({ engine, runtime }: Parts, number: number): Promise<void> {
  const kind = number % 4;
  const { container } = await createContainer(
    engine,
    containerRequest({
      config: {
        cmd: kind === 0 ? ["lines", "5"] : ["serve"],
        volumes: ["/data"],
        healthcheck: kind === 1 ? { test: ["CMD", "true"] } : null,
      },
      host: {
        networkMode: kind === 2 ? "own" : "bridge",
        autoRemove: kind === 0,
        publishAllPorts: true,
      },
    }),
  );
  const { output } = attachContainer(engine, container.id, {
    stdin: false,
    stdout: true,
    stderr: true,
    stream: true,
    logs: false,
  });
  const printed = output.pipeTo(new WritableStream());
  const gone = waitContainer(engine, container.id, "removed");
  await startContainer(engine, container.id);
  if (kind === 3) {
    const exec = createExec(engine, container.id, plainExec(["echo", "hello"]));
    const started = await startExec(engine, exec.id, { detach: false, consoleSize: null });
    await started.output.pipeTo(new WritableStream());
  }
  if (kind !== 0) {
    await stopContainer(engine, container.id);
    await removeContainer(engine, container.id, { removeVolumes: true });
  }
  await gone;
  await printed;
  runtime.calls.length = 0;
  runtime.plans.length = 0;
  runtime.execPlans.length = 0;
  runtime.files.calls.length = 0;
  for (const path of runtime.files.entries.keys())
    if (path.startsWith("/run/slipway/")) runtime.files.entries.delete(path);
}

describe("2,000 containers", () => {
  it("leave no record and no memory behind", { timeout: 120_000 }, async () => {
    const parts = await testEngine();
    const { engine, records } = parts;
    await createNetwork(engine, networkRequest("own"));
    const keys = await records.list("");
    // The events that are kept, the code that is compiled and the like come with the first hundreds.
    for (let number = 0; number < 400; number++) await live(parts, number);
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    for (let number = 0; number < RUNS; number++) await live(parts, number);
    collectGarbage();
    const grown = process.memoryUsage().heapUsed - before;
    expect(engine.containers.all()).toEqual([]);
    expect(engine.volumes.all()).toEqual([]);
    expect(await records.list("")).toEqual(keys);
    expect(engine.events.listeners).toBe(0);
    expect(parts.runtime.nameServers.size).toBe(0);
    // Addresses and ports are given back: the next container has the first ones again.
    const { container } = await createContainer(
      engine,
      containerRequest({ config: { cmd: ["serve"] }, host: { networkMode: "own" } }),
    );
    await startContainer(engine, container.id);
    expect(container.record.endpoints.own?.live?.ipAddress).toBe("172.18.0.2");
    expect(grown).toBeLessThan(RUNS * MOST_BYTES_PER_RUN);
  });
});
