import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { ROUTES } from "../worker/api/routes.ts";
import { apiDocument } from "./api-document.ts";

describe("apiDocument()", () => {
  it("is what docs/docker-api.md holds: `npm run docs` prints it anew", async () => {
    const file = fileURLToPath(new URL("../docs/docker-api.md", import.meta.url));
    expect(await readFile(file, "utf8")).toBe(apiDocument(ROUTES));
  });

  it("tells of every route what it answers, each once", () => {
    for (const [, pattern, , answer] of ROUTES) expect(answer, pattern).not.toBe("");
    const requests = ROUTES.map(([method, pattern]) => `${method} ${pattern}`);
    expect(new Set(requests).size).toBe(requests.length);
  });

  it("refuses a route that belongs nowhere", () => {
    expect(() =>
      apiDocument([["GET", "/elsewhere", () => ({ status: 200, headers: {}, body: null }), "x"]]),
    ).toThrow(RangeError);
  });
});
