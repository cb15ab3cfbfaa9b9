import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { readText, streamOf } from "../base/streams.ts";
import { testEngine } from "../engine/testing/test-engine.ts";
import { createApi } from "./api.ts";
import type { ApiHandler } from "./exchange.ts";
import { Query } from "./query.ts";

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

  it("answers a host without swarm as Docker does", async () => {
    expect(await ask("GET", "/nodes")).toMatchObject({ status: 503 });
    expect(await ask("GET", "/plugins")).toMatchObject({ status: 200, text: "[]\n" });
  });

  it("answers whatever it is asked", async () => {
    const routes = [
      "/containers/create",
      "/containers/json",
      "/images/create",
      "/volumes/create",
      "/networks/create",
      "/containers/x/exec",
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("GET", "POST", "DELETE"),
        fc.constantFrom(...routes),
        fc.webQueryParameters(),
        fc.json(),
        async (method, path, query, body) => {
          const { status } = await ask(method, `${path}?${query}`, body);
          expect(status).toBeGreaterThanOrEqual(200);
          expect(status).not.toBe(500);
        },
      ),
      { numRuns: 300 },
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
