import { describe, expect, it } from "vitest";
import { previewOrigin } from "./preview-origin.ts";

const at = (address: string, pattern = "", machine = "") =>
  previewOrigin(8080, { pattern, machine, page: new URL(address) as unknown as Location });

describe("previewOrigin()", () => {
  it("is a name of its own below localhost on loopback addresses", () => {
    expect(at("http://localhost:4173/")).toBe("http://p8080.localhost:4173");
    expect(at("http://127.0.0.1/x/")).toBe("http://p8080.localhost");
    expect(at("http://[::1]:1/", "", "abc")).toBe("http://p8080-abc.localhost:1");
  });

  it("is what the deployer set", () => {
    expect(at("https://example.com/", "https://*.preview.example.com")).toBe(
      "https://p8080.preview.example.com",
    );
  });

  it("is nothing elsewhere", () => {
    expect(at("https://example.com/")).toBeUndefined();
    expect(at("http://localhost.example.com/")).toBeUndefined();
  });
});
