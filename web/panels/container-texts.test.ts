import { describe, expect, it } from "vitest";
import { containerName, portTexts, stateText } from "./container-texts.ts";

describe("portTexts()", () => {
  it("tells each port once, however many addresses have it", () => {
    expect(
      portTexts([
        { IP: "0.0.0.0", PrivatePort: 80, PublicPort: 8080, Type: "tcp" },
        { IP: "::", PrivatePort: 80, PublicPort: 8080, Type: "tcp" },
        { PrivatePort: 53, Type: "udp" },
      ]),
    ).toEqual(["8080 → 80", "53/udp"]);
  });
});

describe("containerName()", () => {
  it("has no slash, and is the short id without a name", () => {
    expect(containerName({ Names: ["/web"], Id: "x" })).toBe("web");
    expect(containerName({ Names: [], Id: "0123456789abcdef" })).toBe("0123456789ab");
  });
});

describe("stateText()", () => {
  it("leaves out times that would grow old", () => {
    expect(stateText({ State: "running", Status: "Up 3 minutes" })).toBe("Running");
    expect(stateText({ State: "running", Status: "Up About a minute (healthy)" })).toBe("Running (healthy)");
    expect(stateText({ State: "exited", Status: "Exited (137) Less than a second ago" })).toBe(
      "Exited (137)",
    );
    expect(stateText({ State: "exited", Status: "Exited (0) 3 hours ago" })).toBe("Exited (0)");
    expect(stateText({ State: "created", Status: "Created" })).toBe("Created");
  });
});
