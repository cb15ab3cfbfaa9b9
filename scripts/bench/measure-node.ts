// Everything that is measured in Node, on one machine in the order in which a person would meet it.

import { startNodeSandbox } from "../start-node-sandbox.ts";
import { measureDocker } from "./measure-docker.ts";
import { measureIdle } from "./measure-idle.ts";
import { measureImport } from "./measure-import.ts";
import { measureLxc } from "./measure-lxc.ts";
import { measureTerminal } from "./measure-terminal.ts";
import { MeasuredShell } from "./measured-shell.ts";
import type { Measurement } from "./measurement.ts";
import type { RunPart } from "./run-part.ts";

export async function measureNode(part: RunPart): Promise<void> {
  const start = performance.now();
  const sandbox = await startNodeSandbox({
    onFailure: ({ message }) => {
      // Nothing that is measured would ever end.
      process.stderr.write(`The machine failed: ${message}\n`);
      process.exit(1);
    },
  });
  const ready = performance.now() - start;
  try {
    let prompt = 0;
    const shell = await MeasuredShell.open(sandbox, () => {
      prompt = performance.now() - start;
    });
    await part("start", async () => startMeasurements(ready, prompt));
    await part("docker", () => measureDocker(shell));
    await part("lxc", () => measureLxc(shell));
    await part("terminal", () => measureTerminal(shell));
    await part("import", () => measureImport(sandbox));
    await part("idle", () => measureIdle(sandbox));
  } finally {
    await sandbox.end();
  }
}

function startMeasurements(ready: number, prompt: number): Measurement[] {
  return [
    { what: "restore to a ready machine", where: "Node", value: ready, unit: "ms" },
    { what: "restore to a prompt", where: "Node", value: prompt, unit: "ms" },
  ];
}
