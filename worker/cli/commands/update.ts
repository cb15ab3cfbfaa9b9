// `docker update`: other limits for containers that exist.

import type { WireUpdateContainer } from "../../api/wire/container-config.ts";
import type { WireUpdated } from "../../api/wire/container-summary.ts";
import { CliError } from "../cli-error.ts";
import type { Command } from "../command.ts";
import type { FlagValues } from "../flags.ts";
import { flag } from "../flags.ts";
import { forEachName } from "../for-each-name.ts";
import { RESOURCE_FLAGS } from "../resource-flags.ts";
import { parseRestartPolicy } from "../restart-policy.ts";

const UPDATABLE: ReadonlySet<string> = new Set(
  `blkio-weight cpu-period cpu-quota cpu-rt-period cpu-rt-runtime cpu-shares cpus cpuset-cpus cpuset-mems memory
  memory-reservation memory-swap pids-limit`.split(/\s+/),
);

const FLAGS = [
  ...RESOURCE_FLAGS.filter(({ name }) => UPDATABLE.has(name)),
  flag("--restart", "string", "Restart policy to apply when a container exits"),
];

export const updateCommand: Command = {
  paths: ["container update", "update"],
  summary: "Update configuration of one or more containers",
  usage: "[OPTIONS] CONTAINER [CONTAINER...]",
  flags: FLAGS,
  minArgs: 1,
  maxArgs: Number.POSITIVE_INFINITY,
  completes: ["container"],
  async run(context) {
    const { api, flags, out } = context;
    if (!FLAGS.some(({ name }) => flags.wasSet(name)))
      throw new CliError("you must provide one or more flags when using this command");
    const body = updateBody(flags);
    const warnings: string[] = [];
    const code = await forEachName(context, async (_, segment) => {
      const updated = await api.json<WireUpdated>("POST", `/containers/${segment}/update`, { json: body });
      warnings.push(...(updated.Warnings ?? []));
      return undefined;
    });
    for (const warning of warnings) await out.line(warning);
    return code;
  },
};

function updateBody(flags: FlagValues): WireUpdateContainer {
  return {
    BlkioWeight: flags.number("blkio-weight"),
    CpuShares: flags.number("cpu-shares"),
    Memory: flags.number("memory"),
    NanoCpus: flags.number("cpus"),
    CpuPeriod: flags.number("cpu-period"),
    CpuQuota: flags.number("cpu-quota"),
    CpusetCpus: flags.text("cpuset-cpus"),
    CpusetMems: flags.text("cpuset-mems"),
    MemoryReservation: flags.number("memory-reservation"),
    MemorySwap: flags.number("memory-swap"),
    PidsLimit: flags.optionalNumber("pids-limit") ?? null,
    RestartPolicy: parseRestartPolicy(flags.text("restart")),
  };
}
