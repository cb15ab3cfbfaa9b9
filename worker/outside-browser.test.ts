import { describe, expect, it } from "vitest";
import type { FetchRefused, OutsideRequest } from "./outside/outside-access.ts";
import { pageFetch } from "./outside-browser.ts";

interface Asked {
  readonly url: string;
  readonly init: RequestInit;
}

/** A browser whose fetches end as `answers` say, one after another. */
function browser(...answers: (Response | "fails")[]) {
  const asked: Asked[] = [];
  const fetchUrl = async (url: string, init: RequestInit) => {
    asked.push({ url, init });
    const answer = answers.shift();
    if (!(answer instanceof Response)) throw new TypeError("Failed to fetch");
    return answer;
  };
  return { asked, fetchUrl };
}

function request(url: string, parts: Partial<OutsideRequest> = {}): OutsideRequest {
  return { url: new URL(url), method: "GET", headers: {}, body: undefined, ...parts };
}

const page = { pageUrl: "https://page.example/slipway/" };
const refusedBy = (fetching: Promise<Response>) =>
  fetching.then(
    () => "nothing",
    (error: FetchRefused) => `${error.status} ${error.reason}: ${error.message}`,
  );

describe("pageFetch()", () => {
  it("asks without cookies and without what would need the server's leave", async () => {
    const { asked, fetchUrl } = browser(new Response("text", { headers: { "content-length": "9" } }));
    const response = await pageFetch(
      page,
      fetchUrl,
    )(request("http://site.example/a?b", { headers: { "user-agent": "Wget", range: "bytes=0-1" } }));
    expect(await response.text()).toBe("text");
    expect(response.headers.has("content-length")).toBe(false);
    expect(asked[0]?.url).toBe("https://site.example/a?b");
    expect(asked[0]?.init).toMatchObject({
      method: "GET",
      credentials: "omit",
      referrerPolicy: "no-referrer",
    });
    expect([...new Headers(asked[0]?.init.headers)]).toEqual([["range", "bytes=0-1"]]);
  });

  it("asks by http what a page from http may, and the computer itself", async () => {
    const plain = browser(new Response(""), new Response(""));
    const fetchPlain = pageFetch({ pageUrl: "http://page.example/" }, plain.fetchUrl);
    await fetchPlain(request("http://site.example/"));
    const secure = browser(new Response(""));
    await pageFetch(page, secure.fetchUrl)(request("http://host.docker.internal:8080/x"));
    expect([plain.asked[0]?.url, secure.asked[0]?.url]).toEqual([
      "http://site.example/",
      "http://localhost:8080/x",
    ]);
  });

  it("names CORS when that is why", async () => {
    const { asked, fetchUrl } = browser("fails", new Response(null));
    expect(await refusedBy(pageFetch(page, fetchUrl)(request("http://site.example/x")))).toMatch(
      /^502 Blocked by CORS: https:\/\/site\.example answers, .*Access-Control-Allow-Origin \(CORS\)/,
    );
    expect(asked[1]?.init).toMatchObject({ method: "HEAD", mode: "no-cors", credentials: "omit" });
  });

  it("does not blame CORS for a server that is not there", async () => {
    const { fetchUrl } = browser("fails", "fails");
    expect(await refusedBy(pageFetch(page, fetchUrl)(request("http://site.example/")))).toMatch(
      /^502 Cannot be reached: https:\/\/site\.example cannot be reached/,
    );
  });

  it("does not ask the page's own host, nor show where a redirection to it leads, unless allowed", async () => {
    const { asked, fetchUrl } = browser();
    const own = request("http://page.example:8443/private");
    expect(await refusedBy(pageFetch(page, fetchUrl)(own))).toMatch(/^403 The page's own host/);
    expect(asked).toEqual([]);
    const redirected = new Response("secret");
    Object.defineProperty(redirected, "url", { value: "https://page.example/private" });
    expect(
      await refusedBy(pageFetch(page, browser(redirected).fetchUrl)(request("http://site.example/"))),
    ).toMatch(/^403/);
    const allowed = browser(new Response("mine"));
    const answer = await pageFetch({ ...page, ownHost: true }, allowed.fetchUrl)(own);
    expect(await answer.text()).toBe("mine");
  });
});
