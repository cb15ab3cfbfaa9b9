import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ByteReader } from "../api/http1/byte-reader.ts";
import { EngineError } from "../base/errors.ts";
import { duplexPair, readText, streamOf } from "../base/streams.ts";
import { httpExchange } from "./http-exchange.ts";
import { readResponseHead } from "./response-head.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const parse = (text: string, method = "GET") =>
  readResponseHead(new ByteReader(streamOf(encode(text))), method);

describe("readResponseHead()", () => {
  it("reads status, fields in order, and how long the body is", async () => {
    expect(
      await parse("HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nSET-COOKIE: b=2\r\nContent-Length: 12\r\n\r\n"),
    ).toEqual({
      status: 200,
      reason: "OK",
      headers: [
        ["set-cookie", "a=1"],
        ["set-cookie", "b=2"],
        ["content-length", "12"],
      ],
      body: 12,
    });
    expect((await parse("HTTP/1.0 200\r\n\r\n")).body).toBe("to-end");
    expect((await parse("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")).body).toBe("chunked");
    expect((await parse("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n")).body).toBe(0);
    expect((await parse("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "HEAD")).body).toBe(0);
  });

  it("skips interim responses", async () => {
    expect((await parse("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 404 Gone\r\n\r\n")).status).toBe(
      404,
    );
  });

  it.each([
    "SSH-2.0-OpenSSH\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
    "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
    "HTTP/1.1 200 OK\r\na: \u0001\r\n\r\n",
    `HTTP/1.1 200 OK\r\n${"a: b\r\n".repeat(300)}\r\n`,
    `HTTP/1.1 200 OK\r\na: ${"b".repeat(70_000)}\r\n\r\n`,
    "HTTP/1.1 200 OK\r\na: b",
    "HTTP/1.1 100 Continue\r\n\r\n".repeat(9),
    "",
  ])("refuses %j", async (text) => {
    await expect(parse(text)).rejects.toBeInstanceOf(EngineError);
  });

  it("gives a head or an EngineError for any bytes", async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      fc
        .string({ unit: "binary", maxLength: 200 })
        .map((text) => encode(`HTTP/1.1 200 OK\r\n${text}\r\n\r\n`)),
    );
    await fc.assert(
      fc.asyncProperty(bytes, async (input) => {
        await readResponseHead(new ByteReader(streamOf(input)), "GET").catch((error: unknown) =>
          expect(error).toBeInstanceOf(EngineError),
        );
      }),
    );
  });
});

describe("httpExchange()", () => {
  async function answer(text: string) {
    const [ours, theirs] = duplexPair();
    const writer = theirs.writable.getWriter();
    const sent = (async () => {
      await writer.write(encode(text));
      await writer.close();
    })();
    const result = await httpExchange(ours, { method: "GET", target: "/x", headers: [["Host", "h"]] });
    const body = result.body === null ? null : await readText(result.body);
    await sent.catch(() => {});
    return body;
  }

  it("reads bodies by count, in chunks, and to the end", async () => {
    expect(await answer("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcREST")).toBe("abc");
    expect(
      await answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"),
    ).toBe("abcde");
    expect(await answer("HTTP/1.1 200 OK\r\n\r\nall of it")).toBe("all of it");
    expect(await answer("HTTP/1.1 304 Not Modified\r\n\r\n")).toBeNull();
  });

  it("fails for a body that is cut off", async () => {
    await expect(answer("HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\nabc")).rejects.toThrow(
      "unexpected EOF",
    );
  });
});
