import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { safeLink } from "./safe-link.ts";

describe("safeLink()", () => {
  it("lets the web's addresses through, in their normal form", () => {
    expect(safeLink("https://example.com/a b")).toBe("https://example.com/a%20b");
    expect(safeLink("HTTP://Example.com")).toBe("http://example.com/");
  });

  it.each([
    "javascript:alert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "blob:https://a/b",
    "/relative",
    "",
    "http://",
  ])("refuses %o", (address) => {
    expect(safeLink(address)).toBeUndefined();
  });

  it("never lets another scheme through", () => {
    const address = fc.oneof(
      fc.webUrl(),
      fc
        .tuple(
          fc.constantFrom("javascript:", " javascript:", "java\nscript:", "vbscript:", "ftp:"),
          fc.string(),
        )
        .map((parts) => parts.join("")),
      fc.string(),
    );
    fc.assert(
      fc.property(address, (text) => {
        expect(safeLink(text) ?? "https:").toMatch(/^https?:/);
      }),
    );
  });
});
