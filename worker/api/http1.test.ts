import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concatBytes, duplexPair, readText, streamOf } from "../base/streams.ts";
import type { ApiHandler, ApiRequest } from "./exchange.ts";
import { serveHttp } from "./http1.ts";
import { jsonReply } from "./reply.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** Answers with what it was asked. */
const echo: ApiHandler = async (request) =>
  jsonReply({
    method: request.method,
    target: request.target,
    body: request.body === null ? null : await readText(request.body),
  });

/** What the server says to these pieces, until it ends the connection or the client's side has ended. */
async function talk(handler: ApiHandler, ...pieces: (string | Uint8Array)[]): Promise<string> {
  const [client, server] = duplexPair();
  const served = serveHttp(server, handler);
  const reply = readText(client.readable).catch((error: unknown) => `broken: ${error}`);
  const writer = client.writable.getWriter();
  for (const piece of pieces)
    await writer.write(typeof piece === "string" ? bytes(piece) : piece).catch(() => {});
  await writer.close().catch(() => {});
  await served;
  return reply;
}

const bodies = (reply: string) => [...reply.matchAll(/\{.*\}/g)].map(([text]) => JSON.parse(text));

describe("serveHttp()", () => {
  it("serves requests one after another on one connection", async () => {
    const reply = await talk(
      echo,
      "GET /a?b=1 HTTP/1.1\r\nHost: x\r\n\r\nPOST /b HTTP/1.1\r\nContent-Length: 5\r\n\r\nhelloPOST /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: 1\r\n\r\n",
    );
    expect(bodies(reply)).toEqual([
      { method: "GET", target: "/a?b=1", body: null },
      { method: "POST", target: "/b", body: "hello" },
      { method: "POST", target: "/c", body: "abcde" },
    ]);
    expect(reply).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });

  it("reads requests cut anywhere", async () => {
    const request = bytes(
      "POST /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\nGET /c HTTP/1.1\r\n\r\n",
    );
    const whole = await talk(echo, request);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(request.byteLength), { maxLength: 8 }), async (cuts) => {
        const at = [0, ...cuts.sort((one, other) => one - other), request.byteLength];
        const pieces = at.slice(1).map((end, index) => request.slice(at[index], end));
        expect(await talk(echo, ...pieces)).toBe(whole);
      }),
      { numRuns: 50 },
    );
  });

  it("refuses what two parsers could read in two ways", async () => {
    for (const [request, status] of [
      ["GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400],
      ["GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400],
      ["GET / HTTP/1.1\r\nContent-Length: +1\r\n\r\n", 400],
      ["GET / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501],
      ["GET / HTTP/1.1\r\nBad Name: 1\r\n\r\n", 400],
      ["GET / HTTP/1.1\r\n folded\r\n\r\n", 400],
      ["GET  / HTTP/1.1\r\n\r\n", 400],
      ["GET / HTTP/2.0\r\n\r\n", 505],
      ["nonsense\r\n\r\n", 400],
      [`GET /${"a".repeat(70_000)} HTTP/1.1\r\n\r\n`, 431],
      [`GET / HTTP/1.1\r\n${"a: b\r\n".repeat(300)}\r\n`, 431],
    ] as const) {
      const reply = await talk(echo, request);
      expect(reply).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
      expect(reply).toContain("Connection: close");
    }
  });

  it("never throws and always ends, whatever it is sent", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 5 }), async (pieces) => {
        const reply = await talk(echo, ...pieces);
        expect(reply === "" || reply.startsWith("HTTP/1.1 ")).toBe(true);
      }),
      { numRuns: 200 },
    );
    const words = fc.constantFrom(
      "GET ",
      "/",
      " HTTP/1.1",
      "\r\n",
      "Content-Length: ",
      "5",
      "Transfer-Encoding: chunked",
      "0",
      "a",
      ":",
    );
    await fc.assert(
      fc.asyncProperty(fc.array(words, { maxLength: 30 }), async (parts) => {
        const reply = await talk(echo, parts.join(""));
        expect(reply === "" || reply.startsWith("HTTP/1.1 ") || reply.startsWith("broken")).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it("answers a cut-off body with 400", async () => {
    const reply = await talk(async (request) => {
      await readText(request.body ?? streamOf());
      return jsonReply({});
    }, "POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc");
    expect(reply).toMatch(/^HTTP\/1\.1 400 /);
    expect(reply).toContain("unexpected EOF");
  });

  it("says 100 Continue when the handler reads", async () => {
    const [client, server] = duplexPair();
    void serveHttp(server, echo);
    const writer = client.writable.getWriter();
    const reader = client.readable.getReader();
    await writer.write(bytes("POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"));
    expect(new TextDecoder().decode((await reader.read()).value)).toBe("HTTP/1.1 100 Continue\r\n\r\n");
    await writer.write(bytes("ok"));
    const received: Uint8Array[] = [];
    await writer.close();
    for (let next = await reader.read(); !next.done; next = await reader.read()) received.push(next.value);
    expect(new TextDecoder().decode(concatBytes(received))).toContain('"body":"ok"');
  });

  it("sends no body for HEAD, 204 and 304", async () => {
    const reply = await talk(echo, "HEAD / HTTP/1.1\r\n\r\n");
    expect(reply).toMatch(/^HTTP\/1\.1 200 OK\r\n[^{]*Content-Length: [1-9]\d*\r\n\r\n$/);
    const empty: ApiHandler = async () => ({ status: 204, headers: {}, body: null });
    expect(await talk(empty, "GET / HTTP/1.1\r\n\r\n")).toBe("HTTP/1.1 204 No Content\r\n\r\n");
  });

  it("sends the head of a stream before its first chunk", async () => {
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const waiting: ApiHandler = async () => ({
      status: 200,
      headers: {},
      body: new ReadableStream(
        {
          async pull(controller) {
            await released;
            controller.enqueue(bytes("late"));
            controller.close();
          },
        },
        { highWaterMark: 0 },
      ),
    });
    const [client, server] = duplexPair();
    void serveHttp(server, waiting);
    const writer = client.writable.getWriter();
    await writer.write(bytes("GET / HTTP/1.1\r\nConnection: close\r\n\r\n"));
    const reader = client.readable.getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toContain("Transfer-Encoding: chunked");
    release();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe("4\r\nlate\r\n");
    expect(new TextDecoder().decode((await reader.read()).value)).toBe("0\r\n\r\n");
    expect((await reader.read()).done).toBe(true);
  });

  it("aborts the request's signal when the client hangs up", async () => {
    const [client, server] = duplexPair();
    let request: ApiRequest | undefined;
    const waiting: ApiHandler = async (asked) => {
      request = asked;
      return { status: 200, headers: {}, body: new ReadableStream({}, { highWaterMark: 0 }) };
    };
    void serveHttp(server, waiting);
    const writer = client.writable.getWriter();
    await writer.write(bytes("GET / HTTP/1.1\r\n\r\n"));
    const reader = client.readable.getReader();
    await reader.read();
    const aborted = new Promise((resolve) => request?.signal?.addEventListener("abort", resolve));
    await writer.close();
    await aborted;
  });

  it("hands the connection over, with half-close, and ends it with the output", async () => {
    const [inside, outside] = duplexPair();
    const hijack: ApiHandler = async () => ({
      status: 101,
      headers: { Upgrade: "tcp" },
      body: null,
      connection: outside,
    });
    const input = readText(inside.readable);
    const answer = input.then(async (text) => {
      const writer = inside.writable.getWriter();
      await writer.write(bytes(`got ${text}`));
      await writer.close();
    });
    const reply = await talk(hijack, "POST /x HTTP/1.1\r\nUpgrade: tcp\r\n\r\nfirst ", "then");
    await answer;
    expect(reply).toBe("HTTP/1.1 101 UPGRADED\r\nUpgrade: tcp\r\n\r\ngot first then");
  });
});
