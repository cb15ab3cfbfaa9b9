// `docker update`: other limits and another restart policy, at once where it runs (cgroup-v2, "Interface Files").

import { EngineError } from "../../base/errors.ts";
import type { EngineContext } from "../engine-context.ts";
import { checkResources, resourcesOf } from "../spec/resources.ts";
import { checkRestartPolicy } from "./check-host-config.ts";
import { emitContainerEvent } from "./container-event.ts";
import type { HostConfig } from "./container-record.ts";
import { isRunning } from "./container-state.ts";

export type ContainerUpdate = Partial<
  Pick<
    HostConfig,
    | "memoryBytes"
    | "memoryReservationBytes"
    | "memorySwapBytes"
    | "nanoCpus"
    | "cpuShares"
    | "cpuPeriod"
    | "cpuQuota"
    | "cpusetCpus"
    | "pidsLimit"
    | "restartPolicy"
  >
>;

/** Returns warnings. Throws invalid-argument in Docker's words, conflict for what is set already. */
export async function updateContainer(
  engine: EngineContext,
  reference: string,
  update: ContainerUpdate,
): Promise<string[]> {
  const container = engine.containers.find(reference);
  return container.mutex.run(async () => {
    const { record } = container;
    // Twice the memory where nothing was said of swap.
    const memorySwapBytes = record.host.memorySwapBytes || record.host.memoryBytes * 2;
    const host = { ...record.host, memorySwapBytes, ...update };
    const warnings = checkResources(host, engine.settings.processors);
    if ((update.memoryBytes ?? 0) > memorySwapBytes && !update.memorySwapBytes)
      throw new EngineError(
        "conflict",
        "Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time",
      );
    if (update.restartPolicy) {
      if (host.autoRemove && host.restartPolicy.name !== "no")
        throw new EngineError(
          "conflict",
          "Restart policy cannot be updated because AutoRemove is enabled for the container",
        );
      checkRestartPolicy(host);
    }
    if (isRunning(record.state)) {
      const values = changedLimits(record.host, host);
      if (values.size > 0) await engine.runtime.writeCgroup(container.id, values);
    }
    Object.assign(record.host, { memorySwapBytes }, update);
    emitContainerEvent(engine, container, "update");
    await engine.containers.save(container);
    return warnings;
  });
}

function changedLimits(before: HostConfig, after: HostConfig): Map<string, string> {
  const old = cgroupValues(before);
  return new Map([...cgroupValues(after)].filter(([name, value]) => old.get(name) !== value));
}

function cgroupValues(host: HostConfig): Map<string, string> {
  const { memory, cpu, pids } = resourcesOf(host, []);
  const shares = cpu?.shares;
  return new Map([
    ["memory.max", String(memory?.limit ?? "max")],
    ["memory.low", String(memory?.reservation ?? 0)],
    ["cpu.max", `${cpu?.quota !== undefined && cpu.quota > 0 ? cpu.quota : "max"} ${cpu?.period ?? 100_000}`],
    // The range 2 to 262144 of shares, mapped to weights from 1 to 10000, as OCI runtimes do.
    ["cpu.weight", String(shares === undefined ? 100 : 1 + Math.floor(((shares - 2) * 9999) / 262_142))],
    ["pids.max", String(pids === undefined || pids.limit < 0 ? "max" : pids.limit)],
  ]);
}
