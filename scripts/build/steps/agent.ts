// Step "agent": the machine's PID 1, the docker shim and the watcher of files, compiled statically for i386.
// Output: agent (PID 1), docker (the shim) and watch, as images/guest/agent/Makefile makes them.
import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { framesHeader } from "../../../worker/guest/frames-header.ts";
import type { BuildStep } from "../build-step.ts";

const folder = "images/guest/agent";

export const agentStep: BuildStep = {
  name: "agent",
  title: "the agent and the docker shim",
  dependsOn: [],
  async inputs({ hashFiles }) {
    return {
      source: await hashFiles(folder),
      frames: framesHeader(),
      code: await hashFiles("scripts/build/steps/agent.ts"),
    };
  },
  async run({ root, outputDir, workDir, run }) {
    const source = join(workDir, "agent");
    await cp(join(root, folder), source, { recursive: true });
    await writeFile(join(workDir, "frames.h"), framesHeader());
    await run("make", ["-C", source, `OUT=${outputDir}`, `FRAMES=${workDir}`, "CC=i686-linux-gnu-gcc"]);
  },
};
