import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EngineError } from "../../base/errors.ts";
import { containerRequest } from "../testing/container-request.ts";
import { testEngine } from "../testing/test-engine.ts";
import { createContainer } from "./create.ts";
import { parsePsOutput } from "./ps.ts";
import { startContainer } from "./start.ts";
import { topContainer } from "./top.ts";

describe("parsePsOutput()", () => {
  it("keeps the lines of the container's processes, the last column whole", () => {
    const output = "  PID TT  COMMAND\n    1 ?   init\n  100 ?   sh -c a b\n  101 ?   sleep 5\n";
    expect(parsePsOutput(output, ["100", "101"])).toEqual({
      titles: ["PID", "TT", "COMMAND"],
      rows: [
        ["100", "?", "sh -c a b"],
        ["101", "?", "sleep 5"],
      ],
    });
  });

  it("keeps the lines of threads with their process", () => {
    const output = "PID LWP CMD\n1 - a\n- 1 -\n100 - b\n- 100 -\n- 101 -\n";
    expect(parsePsOutput(output, ["100"]).rows).toEqual([
      ["100", "-", "b"],
      ["-", "100", "-"],
      ["-", "101", "-"],
    ]);
  });

  it("says when there is no PID to pick by, and takes any text", () => {
    expect(() => parsePsOutput("COMMAND\nsh\n", ["1"])).toThrow("Couldn't find PID field in ps output");
    expect(() => parsePsOutput("PID\nx\n", ["1"])).toThrow("Unexpected pid 'x': not a number");
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          parsePsOutput(`PID ${text}`, ["1"]);
        } catch (error) {
          if (!(error instanceof EngineError)) throw error;
        }
      }),
    );
  });
});

describe("topContainer() with options", () => {
  it("asks the guest's ps, and tells what it says of wrong ones", async () => {
    const { engine, runtime } = await testEngine();
    const { container } = await createContainer(engine, containerRequest({ config: { cmd: ["sleep"] } }));
    await startContainer(engine, container.id);
    runtime.toolResult = { exitCode: 0, stdout: "PID COMMAND\n100 sleep\n", stderr: "" };
    expect((await topContainer(engine, container.id, "-o  pid,comm")).rows).toEqual([["100", "sleep"]]);
    expect(runtime.calls).toContain("ps -o pid,comm -q100");
    runtime.toolResult = { exitCode: 1, stdout: "", stderr: "error: unsupported option\n" };
    await expect(topContainer(engine, container.id, "--bad")).rejects.toThrow(
      "ps: error: unsupported option",
    );
  });
});
