// The typed client against the real API with the fake runtime, over a port as between page and worker.

import { beforeEach, describe, expect, it } from "vitest";
import { createApi } from "../../worker/api/api.ts";
import type { ApiHandler } from "../../worker/api/exchange.ts";
import { readAll, readText } from "../../worker/base/streams.ts";
import { testEngine } from "../../worker/engine/testing/test-engine.ts";
import { bytePort } from "../../worker/rpc/byte-port.ts";
import { serveExchange } from "../../worker/rpc/serve-exchange.ts";
import { DockerClient } from "./docker-client.ts";
import { DockerEndpoint } from "./docker-endpoint.ts";
import { DockerError } from "./docker-error.ts";

let endpoint: DockerEndpoint;
let docker: DockerClient;
let parts: Awaited<ReturnType<typeof testEngine>>;
let killWorker: (error: Error) => void;

function endpointOf(api: ApiHandler): DockerEndpoint {
  const lost = new Promise<never>((_, reject) => {
    killWorker = reject;
  });
  lost.catch(() => {});
  return new DockerEndpoint((request, port) => ({
    answer: Promise.race([serveExchange(api, request, bytePort(port)), lost]),
    lost,
  }));
}

beforeEach(async () => {
  parts = await testEngine();
  endpoint = endpointOf(createApi(parts.engine));
  docker = new DockerClient(endpoint);
});

const running = async (argv: string[], name?: string) => {
  const { Id } = await docker.containers.create({ Image: "busybox", Cmd: argv, OpenStdin: true }, name);
  await docker.containers.start(Id);
  return Id;
};

describe("DockerClient", () => {
  it("lists, inspects, stops and removes containers", async () => {
    const id = await running(["sleep", "100"], "web");
    expect((await docker.containers.list()).map(({ Id }) => Id)).toEqual([id]);
    expect((await docker.containers.inspect("web")).State.Running).toBe(true);
    await docker.containers.stop("web", 0);
    await docker.containers.remove("web");
    expect(await docker.containers.list({ all: true })).toEqual([]);
  });

  it("rejects with Docker's status and words", async () => {
    const error = await docker.containers.inspect("nobody").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DockerError);
    expect(error).toMatchObject({ status: 404, message: "No such container: nobody" });
  });

  it("attaches both ways and half-closes", async () => {
    const { Id } = await docker.containers.create({
      Image: "busybox",
      Cmd: ["cat"],
      OpenStdin: true,
      StdinOnce: true,
    });
    const connection = await docker.containers.attach(Id, { stdin: true });
    expect(connection.status).toBe(101);
    await docker.containers.start(Id);
    const writer = connection.writable.getWriter();
    await writer.write(new TextEncoder().encode("over the port\n"));
    await writer.close();
    const frames = await readAll(connection.readable);
    expect([...frames.subarray(0, 8)]).toEqual([1, 0, 0, 0, 0, 0, 0, 14]);
    expect(new TextDecoder().decode(frames.subarray(8))).toBe("over the port\n");
  });

  it("runs a command in a container and tells its exit code", async () => {
    const id = await running(["sleep", "100"]);
    expect(await docker.execs.run(id, ["cat"], { stdin: new TextEncoder().encode("given") })).toEqual({
      exitCode: 0,
      stdout: "given",
      stderr: "",
    });
  });

  it("tells events until the loop is left", async () => {
    const end = new AbortController();
    const events = docker.events({ signal: end.signal });
    const first = events.next();
    await docker.volumes.create({ Name: "data" });
    expect((await first).value).toMatchObject({ Type: "volume", Action: "create", Actor: { ID: "data" } });
    await events.return(undefined);
    expect((await docker.volumes.list()).map(({ Name }) => Name)).toEqual(["data"]);
  });

  it("takes an abort to the engine", async () => {
    let gone: AbortSignal | undefined;
    const waiting = endpointOf(async (request) => {
      gone = request.signal;
      return { status: 200, headers: {}, body: new ReadableStream<Uint8Array>() };
    });
    const end = new AbortController();
    const { readable } = await waiting.exchange({ method: "GET", target: "/events", signal: end.signal });
    const read = readText(readable);
    end.abort();
    await expect(read).rejects.toThrow();
    await expect.poll(() => gone?.aborted).toBe(true);
  });

  it("lets nothing wait for a worker that has died", async () => {
    const never = endpointOf(() => new Promise(() => {}));
    const asked = never.exchange({ method: "GET", target: "/info" });
    killWorker(new Error("the worker has died"));
    await expect(asked).rejects.toThrow("the worker has died");
  });
});

describe("fetch()", () => {
  it("answers as a Docker host does", async () => {
    const response = await endpoint.fetch("/v1.51/_ping");
    expect(response.status).toBe(200);
    expect(response.headers.get("Api-Version")).toBe("1.51");
    expect(await response.text()).toBe("OK");
  });

  it("sends bodies and takes answers without one", async () => {
    const created = await endpoint.fetch("http://any.host/volumes/create", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ Name: "data" }),
    });
    expect(created.status).toBe(201);
    const removed = await endpoint.fetch("/volumes/data", { method: "DELETE" });
    expect(removed.status).toBe(204);
    expect(removed.body).toBeNull();
  });

  it("streams a request's body", async () => {
    const received = endpointOf(async (request) => ({
      status: 200,
      headers: {},
      body: request.body!,
    }));
    const echo = await received.fetch("/images/load", {
      method: "POST",
      body: new Blob(["x".repeat(3_000_000)]),
    });
    expect((await echo.text()).length).toBe(3_000_000);
  });
});
