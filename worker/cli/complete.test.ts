import { describe, expect, it } from "vitest";
import { completeDocker } from "./complete.ts";
import { FakeApi } from "./testing/fake-api.ts";
import { docker } from "./testing/fake-session.ts";
import { sampleEngine } from "./testing/sample-engine.ts";

const api = sampleEngine(Date.now());
const complete = (line: string) => {
  const words = line.split(" ");
  return completeDocker(words, words.length - 1, api.handler);
};

describe("completeDocker()", () => {
  it.each([
    ["r", ["rename", "restart", "rm", "rmi", "run"]],
    ["-H x net", ["network"]],
    ["container l", ["logs", "ls"]],
    ["run --netw", ["--network", "--network-alias"]],
    ["run --network ", ["a", "bridge", "host", "none"]],
    ["run -it bus", ["busybox", "busybox:1.36", "busybox:latest"]],
    ["run -it -e A=1 busybox:1", ["busybox:1.36"]],
    ["run busybox ", []],
    ["run -v ", []],
    ["run --pull ", ["always", "missing", "never"]],
    ["exec w", ["web"]],
    ["start ", ["old", "web/alias"]],
    ["rm old ", ["old", "web", "web/alias"]],
    ["volume rm d", ["data"]],
    ["foo ", []],
  ])("docker %s", async (line, candidates) => {
    expect(await complete(line)).toEqual(candidates);
  });

  it("offers nothing when the engine does not answer", async () => {
    expect(await completeDocker(["rm", ""], 1, new FakeApi().handler)).toEqual([]);
  });

  it("is what the hidden verb prints", async () => {
    expect(await docker(api, ["__complete", "stop", ""])).toEqual({ code: 0, out: "web\n", err: "" });
  });
});
