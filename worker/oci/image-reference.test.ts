import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  canonicalReference,
  familiarReference,
  parseImageReference,
  withDefaultTag,
} from "./image-reference.ts";

const HEX = "0123456789abcdef".repeat(4);

describe("parseImageReference()", () => {
  it.each([
    ["busybox", "docker.io/library/busybox", "busybox"],
    ["busybox:1.36", "docker.io/library/busybox:1.36", "busybox:1.36"],
    ["some/app", "docker.io/some/app", "some/app"],
    ["docker.io/busybox", "docker.io/library/busybox", "busybox"],
    ["docker.io/library/busybox:x", "docker.io/library/busybox:x", "busybox:x"],
    ["index.docker.io/library/busybox", "docker.io/library/busybox", "busybox"],
    ["docker.io/library/a/b", "docker.io/library/a/b", "library/a/b"],
    ["localhost/app", "localhost/app", "localhost/app"],
    ["localhost:5000/app:v1", "localhost:5000/app:v1", "localhost:5000/app:v1"],
    ["ghcr.io/a/b__c.d-e---f", "ghcr.io/a/b__c.d-e---f", "ghcr.io/a/b__c.d-e---f"],
    ["[::1]:5000/app", "[::1]:5000/app", "[::1]:5000/app"],
    ["UPPER/app", "UPPER/app", "UPPER/app"],
    [`app@sha256:${HEX}`, `docker.io/library/app@sha256:${HEX}`, `app@sha256:${HEX}`],
    [`app:1@sha256:${HEX}`, `docker.io/library/app:1@sha256:${HEX}`, `app:1@sha256:${HEX}`],
  ])("reads %s", (text, canonical, familiar) => {
    const reference = parseImageReference(text);
    expect(canonicalReference(reference)).toBe(canonical);
    expect(familiarReference(reference)).toBe(familiar);
    expect(parseImageReference(canonical)).toEqual(reference);
    expect(parseImageReference(familiar)).toEqual(reference);
  });

  it.each([
    ["", "invalid reference format"],
    [":tag", "invalid reference format"],
    ["a:", "invalid reference format"],
    ["a b", "invalid reference format"],
    ["-a", "invalid reference format"],
    ["a..b", "invalid reference format"],
    ["a___b", "invalid reference format"],
    ["a//b", "invalid reference format"],
    ["../a", "invalid reference format"],
    ["a/../b", "invalid reference format"],
    ["http://a/b", "invalid reference format"],
    ["a@sha256:12", "invalid reference format"],
    [`a:${"x".repeat(129)}`, "invalid reference format"],
    ["Busybox", "invalid reference format: repository name (library/Busybox) must be lowercase"],
    ["some/App:1", "invalid reference format: repository name (some/App) must be lowercase"],
    [HEX, `invalid repository name (${HEX}), cannot specify 64-byte hexadecimal strings`],
    [`a@sha512:${HEX}${HEX}`, "unsupported digest algorithm"],
    [`a@sha256:${HEX.slice(2)}`, "invalid checksum digest length"],
    [`x/${"a".repeat(250)}`, "repository name must not be more than 255 characters"],
  ])("refuses %j", (text, message) => {
    expect(() => parseImageReference(text)).toThrow(
      expect.objectContaining({ code: "invalid-argument", message }),
    );
  });

  it("gives a reference that reads back as itself, or an EngineError, for any text", () => {
    const piece = fc.constantFrom(
      "a",
      "B",
      "0",
      "/",
      ":",
      "@",
      ".",
      "-",
      "_",
      "sha256",
      HEX,
      "localhost",
      "[",
      "]",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((pieces) => pieces.join("")),
        ),
        (text) => {
          try {
            const reference = parseImageReference(text);
            expect(parseImageReference(canonicalReference(reference))).toEqual(reference);
          } catch (error) {
            expect(error).toMatchObject({ name: "EngineError", code: "invalid-argument" });
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe("withDefaultTag()", () => {
  it("adds latest where there is neither tag nor digest", () => {
    const tagged = (text: string) => familiarReference(withDefaultTag(parseImageReference(text)));
    expect(tagged("a")).toBe("a:latest");
    expect(tagged("a:1")).toBe("a:1");
    expect(tagged(`a@sha256:${HEX}`)).toBe(`a@sha256:${HEX}`);
  });
});
