// Step "agent": the machine's PID 1 and the docker shim, compiled statically for i386.
// Output: what images/guest/agent/Makefile puts there: agent (PID 1), docker, and what else belongs into the guest system.
import { cp } from "node:fs/promises";
import { join } from "node:path";
import type { BuildStep } from "../build-step.ts";

const folder = "images/guest/agent";

export const agentStep: BuildStep = {
  name: "agent",
  title: "the agent and the docker shim",
  dependsOn: [],
  async inputs({ hashFiles }) {
    return { source: await hashFiles(folder), compiler: "i686-linux-gnu-gcc-12" };
  },
  async run({ root, outputDir, workDir, run }) {
    const source = join(workDir, "agent");
    await cp(join(root, folder), source, { recursive: true });
    await run("make", ["-C", source, `OUT=${outputDir}`, "CC=i686-linux-gnu-gcc"]);
  },
};
