import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { readText, streamOf } from "../base/streams.ts";
import { testEngine } from "../engine/testing/test-engine.ts";
import { createApi } from "./api.ts";
import type { ApiHandler } from "./exchange.ts";
import { Query } from "./query.ts";
import { ROUTES } from "./routes.ts";

let api: ApiHandler;
beforeEach(async () => {
  api = createApi((await testEngine()).engine);
});

async function ask(method: string, target: string, body?: string) {
  const response = await api({
    method,
    target,
    headers: {},
    body: body === undefined ? null : streamOf(new TextEncoder().encode(body)),
  });
  const text = response.body === null ? "" : await readText(response.body);
  return { status: response.status, headers: response.headers, text };
}

describe("createApi()", () => {
  it("says its version on every reply", async () => {
    for (const target of ["/_ping", "/v1.24/info", "/nonsense", "/v9.9/info"]) {
      expect((await ask("GET", target)).headers).toMatchObject({
        "Api-Version": "1.51",
        Ostype: "linux",
        Server: expect.stringMatching(/^Docker\//),
      });
    }
  });

  it("speaks 1.24 to 1.51 and no version", async () => {
    for (const target of ["/version", "/v1.24/version", "/v1.51/version"])
      expect((await ask("GET", target)).status).toBe(200);
    expect(await ask("GET", "/v1.52/version")).toMatchObject({
      status: 400,
      text: '{"message":"client version 1.52 is too new. Maximum supported API version is 1.51"}\n',
    });
    expect(await ask("GET", "/v1.23/version")).toMatchObject({
      status: 400,
      text: '{"message":"client version 1.23 is too old. Minimum supported API version is 1.24, please upgrade your client to a newer version"}\n',
    });
  });

  it("knows no other pages", async () => {
    for (const [method, target] of [
      ["GET", "/"],
      ["GET", "/containers"],
      ["PUT", "/containers/json"],
      ["GET", "/v1.51"],
      ["DELETE", "/info"],
    ] as const)
      expect(await ask(method, target)).toMatchObject({
        status: 404,
        text: '{"message":"page not found"}\n',
      });
  });

  it("finds images with slashes in their names", async () => {
    expect(await ask("GET", "/images/docker.io/library/busybox/json")).toMatchObject({ status: 200 });
    expect((await ask("GET", "/images/example.org%2Fa%2Fb/json")).text).toBe(
      '{"message":"No such image: example.org/a/b:latest"}\n',
    );
  });

  it("refuses bodies that are not JSON objects of the right types", async () => {
    for (const body of [
      "{",
      "[]",
      "5",
      '{"Image":5}',
      '{"HostConfig":[]}',
      '{"Env":[1]}',
      '{"Labels":{"a":1}}',
    ])
      expect((await ask("POST", "/containers/create", body)).status).toBe(400);
  });

  const manager =
    'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.';
  it.each([
    ["GET", "/nodes", 503, manager],
    ["GET", "/nodes/x", 503, manager],
    ["POST", "/services/create", 503, manager],
    ["DELETE", "/secrets/x", 503, manager],
    ["GET", "/tasks/x/logs", 503, manager],
    ["GET", "/swarm", 503, manager],
    ["POST", "/swarm/leave", 503, "This node is not part of a swarm"],
    ["POST", "/swarm/init", 501, "swarm mode is not supported"],
    ["PUT", "/volumes/x", 503, "volume update only valid for cluster volumes, but swarm is unavailable"],
    ["GET", "/plugins/a/b/json", 404, 'plugin "a/b" not found'],
    ["POST", "/plugins/a:1/enable", 404, 'plugin "a:1" not found'],
    ["POST", "/plugins/pull?remote=x", 501, "docker plugin is not supported yet"],
    ["POST", "/session", 404, "page not found"],
    ["POST", "/build", 501, "docker build is not supported yet"],
    ["POST", "/auth", 501, "logging in to registries is not supported yet"],
    ["GET", "/images/search", 400, "term is required"],
    ["GET", "/distribution/nothing/json", 404, "No such image: nothing:latest"],
    ["GET", "/images/get?names=nothing", 404, "No such image: nothing:latest"],
    ["GET", "/containers/x/attach/ws", 400, "not websocket protocol"],
    ["GET", "/containers/x/changes", 404, "No such container: x"],
    ["POST", "/commit?container=x", 404, "No such container: x"],
    ["POST", "/images/create", 400, "invalid reference format"],
  ])("answers %s %s as Docker does on such a host: %s", async (method, target, status, message) => {
    expect(await ask(method, target)).toMatchObject({ status, text: `${JSON.stringify({ message })}\n` });
  });

  it("answers empty lists where there is nothing", async () => {
    expect(await ask("GET", "/plugins")).toMatchObject({ status: 200, text: "[]\n" });
    expect(await ask("POST", "/build/prune")).toMatchObject({
      status: 200,
      text: '{"CachesDeleted":null,"SpaceReclaimed":0}\n',
    });
    expect(await ask("GET", "/images/search?term=nothing")).toMatchObject({ status: 200, text: "[]\n" });
  });

  it("tells of a push in the stream, as Docker does", async () => {
    const { status, text } = await ask("POST", "/images/busybox/push?tag=latest");
    expect(status).toBe(200);
    expect(
      text
        .trim()
        .split("\r\n")
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { status: "The push refers to repository [docker.io/library/busybox]" },
      {
        errorDetail: { message: "pushing to registries is not supported yet" },
        error: "pushing to registries is not supported yet",
      },
    ]);
    expect((await ask("POST", "/images/nothing/push?tag=1")).text).toContain(
      "An image does not exist locally with the tag: nothing",
    );
  });

  it("answers whatever it is asked", { timeout: 60_000 }, async () => {
    const paths = ROUTES.map(([, pattern]) => pattern.replaceAll(/\{\w+(\.\.\.)?\}/g, "x")).filter(
      // Events never end by themselves.
      (path) => path !== "/events",
    );
    const filters = fc.oneof(
      fc.json(),
      fc.constant('{"status":["running"]}'),
      fc.constant('{"label":{"a=b":true}}'),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("GET", "POST", "DELETE", "PUT", "HEAD"),
        fc.constantFrom(...paths),
        fc.webQueryParameters(),
        filters,
        fc.json(),
        async (method, path, query, filter, body) => {
          const target = `${path}?${query}&filters=${encodeURIComponent(filter)}`;
          const { status, text } = await ask(method, target, body);
          expect(status).toBeGreaterThanOrEqual(200);
          expect(status).not.toBe(500);
          if (status >= 400 && method !== "HEAD")
            expect(JSON.parse(text)).toEqual({ message: expect.any(String) });
        },
      ),
      { numRuns: 600 },
    );
  });
});

describe("POST /containers/create", () => {
  it("makes a container or a client's error of any configuration", { timeout: 60_000 }, async () => {
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom("busybox", -1, 0, 2 ** 53, "8080:80", "a:b:ro", ["/x"], {
        "80/tcp": [{ HostPort: "70000" }],
      }),
    );
    const some = (names: string) =>
      fc.dictionary(fc.constantFrom(...names.split(" ")), value, { maxKeys: 6, noNullPrototype: true });
    await fc.assert(
      fc.asyncProperty(
        some(
          "Cmd Entrypoint Env Labels User WorkingDir Hostname Tty ExposedPorts Volumes StopSignal StopTimeout Healthcheck Shell",
        ),
        some(
          "Binds Mounts Tmpfs VolumesFrom PortBindings RestartPolicy AutoRemove Memory MemorySwap NanoCpus CpuShares PidsLimit Ulimits Sysctls CapAdd CapDrop Privileged SecurityOpt Dns ExtraHosts Links NetworkMode PidMode IpcMode UTSMode UsernsMode Devices Init ShmSize LogConfig GroupAdd OomScoreAdj",
        ),
        async (config, host) => {
          const body = JSON.stringify({ Image: "busybox", ...config, HostConfig: host });
          const { status, text } = await ask("POST", "/containers/create", body);
          expect([201, 400, 404, 409, 501], text).toContain(status);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("Query", () => {
  it("reads booleans as Docker does", () => {
    const query = new Query("a=1&b=true&c=0&d=false&e=&f=no&g=yes");
    expect(["a", "b", "c", "d", "e", "f", "g", "h"].map((name) => query.boolean(name))).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
      true,
      false,
    ]);
  });

  it("reads filters as maps and lists", () => {
    const filters = (value: string) => [...new Query(`filters=${encodeURIComponent(value)}`).filters()];
    expect(filters('{"status":{"running":true,"paused":false}}')).toEqual([["status", ["running"]]]);
    expect(filters('{"status":["running","paused"]}')).toEqual([["status", ["running", "paused"]]]);
    expect(() => filters("nonsense")).toThrow("invalid filter");
    expect(() => filters('{"status":5}')).toThrow("invalid filter 'status'");
  });
});

describe("replies that wait", () => {
  it("stop waiting when their body is cancelled", async () => {
    const { engine } = await testEngine();
    const handler = createApi(engine);
    const send = (method: string, target: string, body = "") =>
      handler({ method, target, headers: {}, body: streamOf(new TextEncoder().encode(body)) });
    await send("POST", "/containers/create?name=box", '{"Image":"busybox","Cmd":["sleep"]}');
    await send("POST", "/containers/box/start");
    const bodies = await Promise.all(
      [
        ["GET", "/events"],
        ["GET", "/containers/box/logs?follow=1&stdout=1"],
        ["POST", "/containers/box/wait"],
        ["GET", "/containers/box/stats"],
      ].map(async ([method = "", target = ""]) => (await send(method, target)).body),
    );
    const reads = bodies.map((body) => {
      const reader = body?.getReader();
      return { reader, read: reader?.read() };
    });
    expect(engine.events.listeners).toBe(1);
    for (const { reader, read } of reads) {
      await reader?.cancel();
      await read;
    }
    expect(engine.events.listeners).toBe(0);
  });
});
