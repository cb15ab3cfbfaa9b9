import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readText, streamOf } from "../../base/streams.ts";
import { fetchClient } from "./fetch-client.ts";
import { negotiatingVersion } from "./negotiate-version.ts";

let server: Server;
let base: string;

beforeAll(async () => {
  // Says what it was asked, and its version.
  server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    response.writeHead(request.url === "/missing" ? 404 : 200, { "Api-Version": "1.40" });
    response.end(request.method === "HEAD" ? "" : `${request.method} ${request.url} ${body}`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => new Promise((resolve) => server.close(resolve)));

describe("fetchClient()", () => {
  const client = () => fetchClient(base, (...args) => fetch(...args));
  const ask = async (method: string, target: string, body?: string) => {
    const headers = body === undefined ? {} : { "content-length": String(body.length), "user-agent": "x" };
    const sent = body === undefined ? null : streamOf(new TextEncoder().encode(body));
    const reply = await client()({ method, target, headers, body: sent });
    return { status: reply.status, text: reply.body === null ? "" : await readText(reply.body) };
  };

  it("passes requests, bodies and failures through", async () => {
    expect(await ask("GET", "/v1.40/info?a=b")).toEqual({ status: 200, text: "GET /v1.40/info?a=b " });
    expect(await ask("POST", "/x", "body")).toEqual({ status: 200, text: "POST /x body" });
    expect((await ask("DELETE", "/missing")).status).toBe(404);
  });

  it("says that attaching cannot be", async () => {
    const { status, body } = await client()({
      method: "POST",
      target: "/containers/x/attach",
      headers: { upgrade: "tcp" },
      body: null,
    });
    expect([status, await readText(body ?? streamOf())]).toEqual([
      501,
      expect.stringContaining("needs a connection of its own"),
    ]);
  });

  it("names CORS when there is no answer", async () => {
    const nowhere = fetchClient("http://127.0.0.1:1", async () => {
      throw new TypeError("Failed to fetch");
    });
    const { status, body } = await nowhere({ method: "GET", target: "/info", headers: {}, body: null });
    expect(status).toBe(503);
    expect(await readText(body ?? streamOf())).toMatch(
      /Cannot connect to the Docker daemon at http:\/\/127\.0\.0\.1:1: Failed to fetch\. .*CORS/,
    );
  });

  it("speaks the older of two versions", async () => {
    const reply = await negotiatingVersion(client())({
      method: "GET",
      target: "/v1.51/info",
      headers: {},
      body: null,
    });
    expect(await readText(reply.body ?? streamOf())).toBe("GET /v1.40/info ");
  });
});
