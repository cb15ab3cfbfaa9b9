import { describe, expect, it } from "vitest";
import { breadcrumbs, childPath, parentPath } from "./file-path.ts";

describe("paths", () => {
  it("go down and up, to the root and no further", () => {
    expect(childPath("/", "etc")).toBe("/etc");
    expect(childPath("/etc", "nginx")).toBe("/etc/nginx");
    expect(parentPath("/etc/nginx")).toBe("/etc");
    expect(parentPath("/etc")).toBe("/");
  });
});

describe("breadcrumbs()", () => {
  it("begin at the place's root", () => {
    expect(breadcrumbs("/etc/nginx", "/").map(({ name, path }) => `${name} ${path}`)).toEqual([
      "/ /",
      "etc /etc",
      "nginx /etc/nginx",
    ]);
    expect(breadcrumbs("/data/a", "/data").map(({ path }) => path)).toEqual(["/data", "/data/a"]);
    expect(breadcrumbs("/data", "/data").map(({ path }) => path)).toEqual(["/data"]);
  });

  it("begin at the top when a link led out of the root", () => {
    expect(breadcrumbs("/database", "/data").map(({ path }) => path)).toEqual(["/", "/database"]);
  });
});
