import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { concatBytes, duplexPair, readText } from "../base/streams.ts";
import { PreviewProxy, type PreviewRequest } from "./preview-proxy.ts";

const encode = (text: string) => new TextEncoder().encode(text);

/** A server that answers every request with the next of `answers`, and a record of what it was sent. */
function proxyTo(...answers: (string | Uint8Array)[]) {
  const requests: string[] = [];
  const proxy = new PreviewProxy({
    async connect() {
      const [ours, theirs] = duplexPair();
      void (async () => {
        const reader = theirs.readable.getReader();
        requests.push(new TextDecoder().decode((await reader.read()).value));
        const writer = theirs.writable.getWriter();
        const answer = answers.shift()!;
        await writer.write(typeof answer === "string" ? encode(answer) : answer);
        await writer.close();
      })().catch(() => {});
      return ours;
    },
    now: () => 0,
    pause: async () => {},
  });
  return { proxy, requests };
}

const GET: PreviewRequest = { port: 8080, method: "GET", target: "/", headers: [], navigation: true };
const fetch = (proxy: PreviewProxy, request: Partial<PreviewRequest> = {}) =>
  proxy.fetch({ ...GET, ...request }, new AbortController().signal);

describe("PreviewProxy", () => {
  it("sends the server its own name, and nothing of the preview's", async () => {
    const { proxy, requests } = proxyTo("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    await fetch(proxy, {
      method: "POST",
      headers: [
        ["host", "p8080.localhost"],
        ["origin", "http://p8080.localhost"],
        ["accept", "text/html"],
        ["cookie", "stolen=1"],
      ],
      referrer: "/form",
    });
    expect(requests[0]!.split("\r\n")).toEqual([
      "POST / HTTP/1.1",
      "Host: localhost:8080",
      "accept: text/html",
      "Origin: http://localhost:8080",
      "Referer: http://localhost:8080/form",
      "Accept-Encoding: identity",
      "Connection: close",
      "",
      "",
    ]);
  });

  it("keeps cookies by port, and redirects within the preview", async () => {
    const answer =
      "HTTP/1.1 302 Found\r\nLocation: http://localhost:8080/in?a#b\r\nSet-Cookie: a=1\r\nContent-Length: 0\r\n\r\n";
    const plain = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    const { proxy, requests } = proxyTo(answer, plain, plain);
    const { headers } = await fetch(proxy);
    expect(headers).toContainEqual(["location", "/in?a#b"]);
    expect(headers.map(([name]) => name)).not.toContain("set-cookie");
    await fetch(proxy);
    expect(requests[1]).toContain("Cookie: a=1\r\n");
    await fetch(proxy, { port: 9090 });
    expect(requests[2]).not.toContain("Cookie");
  });

  it("leaves redirects to others as they are", async () => {
    for (const location of [
      "http://localhost:9090/",
      "https://example.com/",
      "../up",
      "http://localhost:8080.evil/",
    ]) {
      const { proxy } = proxyTo(`HTTP/1.1 302 Found\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`);
      expect((await fetch(proxy)).headers).toContainEqual(["location", location]);
    }
  });

  it("unpacks, and puts the script into pages only", async () => {
    const packed = gzipSync("<head><p>");
    const head = `HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nContent-Length: ${packed.length}\r\nX-Frame-Options: DENY\r\nContent-Security-Policy: default-src 'self'; frame-ancestors 'none'\r\n\r\n`;
    const { proxy } = proxyTo(concatBytes([encode(head), packed]), concatBytes([encode(head), packed]));
    const page = await fetch(proxy);
    expect(await readText(page.body!)).toBe('<head><script src="/slipway-preview-client.js"></script><p>');
    expect(page.headers).toEqual([
      ["content-type", "text/html"],
      ["content-security-policy", "default-src 'self';"],
    ]);
    expect(await readText((await fetch(proxy, { navigation: false })).body!)).toBe("<head><p>");
  });

  it("waits for a server that is still starting, when a page is opened", async () => {
    const clock = { now: 0 };
    let failures = 3;
    const proxy = new PreviewProxy({
      async connect() {
        if (failures-- > 0) throw new Error("refused");
        const [ours, theirs] = duplexPair();
        const writer = theirs.writable.getWriter();
        void writer.write(encode("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")).catch(() => {});
        return ours;
      },
      now: () => clock.now,
      pause: async (ms) => {
        clock.now += ms;
      },
    });
    await expect(fetch(proxy, { navigation: false })).rejects.toThrow("Nothing answers on port 8080");
    expect((await fetch(proxy)).status).toBe(200);
    failures = Number.POSITIVE_INFINITY;
    await expect(fetch(proxy)).rejects.toThrow("Nothing answers on port 8080");
  });

  it.each([
    { method: "GET\r\nX: y" },
    { target: "/a b" },
    { target: "http://elsewhere/" },
    { target: "/\r\nX: y" },
    { port: 0 },
    { port: 70_000 },
  ])("refuses %j", async (request) => {
    const { proxy, requests } = proxyTo();
    await expect(fetch(proxy, request)).rejects.toMatchObject({ code: "invalid-argument" });
    expect(requests).toEqual([]);
  });
});
