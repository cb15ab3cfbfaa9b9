import { describe, expect, it } from "vitest";
import { message } from "./messages.ts";

describe("message()", () => {
  it("gives a text as it is", () => {
    expect(message("failure.restart")).toBe("Restart the machine");
  });

  it("fills placeholders in", () => {
    expect(message("boot.bytes", { loaded: "3 MB", total: "8 MB" })).toBe("3 MB of 8 MB");
    expect(message("tabs.name", { number: 0 })).toBe("Terminal 0");
  });

  it("puts a value in as it is, even one that looks like a placeholder or a replacement pattern", () => {
    expect(message("tabs.close", { title: "{title} $& $1" })).toBe("Close {title} $& $1");
  });
});
