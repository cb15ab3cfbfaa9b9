// Removing what is not used: containers, images, volumes, networks, and all of it with `system prune`.

import type { WireContainersPruned } from "../../api/wire/container-summary.ts";
import type { WireImagesPruned } from "../../api/wire/image.ts";
import type { WireNetworksPruned } from "../../api/wire/network.ts";
import type { WireVolumesPruned } from "../../api/wire/volume.ts";
import type { Command, CommandContext } from "../command.ts";
import { confirm } from "../confirm.ts";
import { checkFilter, formatFilters } from "../filters.ts";
import { flag } from "../flags.ts";
import { humanSize } from "../units.ts";

const FORCE_FLAG = flag("-f, --force", "bool", "Do not prompt for confirmation");
const UNTIL_FLAG = flag("--filter", "filter", 'Provide filter values (e.g. "until=<timestamp>")', {
  check: checkFilter,
});
const LABEL_FLAG = flag("--filter", "filter", 'Provide filter values (e.g. "label=<label>")', {
  check: checkFilter,
});

/** What one kind's prune removed: the lines to print, and bytes. */
interface Pruned {
  readonly lines: string;
  readonly reclaimedBytes: number;
}

async function pruneContainers({ api, flags }: CommandContext): Promise<Pruned> {
  const pruned = await api.json<WireContainersPruned>("POST", "/containers/prune", {
    query: { filters: formatFilters(flags.list("filter")) },
  });
  return listed("Deleted Containers:", pruned.ContainersDeleted, pruned.SpaceReclaimed);
}

async function pruneNetworks({ api, flags }: CommandContext): Promise<Pruned> {
  const pruned = await api.json<WireNetworksPruned>("POST", "/networks/prune", {
    query: { filters: formatFilters(flags.list("filter")) },
  });
  return listed("Deleted Networks:", pruned.NetworksDeleted, 0);
}

async function pruneVolumes({ api, flags }: CommandContext, all: boolean): Promise<Pruned> {
  const pruned = await api.json<WireVolumesPruned>("POST", "/volumes/prune", {
    query: { filters: formatFilters(flags.list("filter"), all ? { all: "true" } : {}) },
  });
  return listed("Deleted Volumes:", pruned.VolumesDeleted, pruned.SpaceReclaimed);
}

async function pruneImages({ api, flags }: CommandContext): Promise<Pruned> {
  const pruned = await api.json<WireImagesPruned>("POST", "/images/prune", {
    query: { filters: formatFilters(flags.list("filter"), { dangling: String(!flags.isOn("all")) }) },
  });
  const lines = (pruned.ImagesDeleted ?? []).map((image) =>
    image.Untagged ? `untagged: ${image.Untagged}` : `deleted: ${image.Deleted}`,
  );
  return listed("Deleted Images:", lines, pruned.SpaceReclaimed);
}

function listed(title: string, names: readonly string[] | null, reclaimedBytes: number): Pruned {
  const lines = names === null || names.length === 0 ? "" : `${title}\n${names.join("\n")}\n\n`;
  return { lines, reclaimedBytes };
}

async function report({ out }: CommandContext, parts: readonly Pruned[], withTotal = true): Promise<number> {
  const total = parts.reduce((sum, { reclaimedBytes }) => sum + reclaimedBytes, 0);
  const footer = withTotal ? `Total reclaimed space: ${humanSize(total)}\n` : "";
  await out.write(parts.map(({ lines }) => lines).join("") + footer);
  return 0;
}

async function mayGoOn(context: CommandContext, warning: string): Promise<boolean> {
  return context.flags.isOn("force") || (await confirm(context, warning));
}

export const containerPruneCommand: Command = {
  paths: ["container prune"],
  summary: "Remove all stopped containers",
  usage: "[OPTIONS]",
  flags: [UNTIL_FLAG, FORCE_FLAG],
  minArgs: 0,
  maxArgs: 0,
  async run(context) {
    if (!(await mayGoOn(context, "WARNING! This will remove all stopped containers."))) return 0;
    return await report(context, [await pruneContainers(context)]);
  },
};

export const networkPruneCommand: Command = {
  paths: ["network prune"],
  summary: "Remove all unused networks",
  usage: "[OPTIONS]",
  flags: [UNTIL_FLAG, FORCE_FLAG],
  minArgs: 0,
  maxArgs: 0,
  async run(context) {
    const warning = "WARNING! This will remove all custom networks not used by at least one container.";
    if (!(await mayGoOn(context, warning))) return 0;
    return await report(context, [await pruneNetworks(context)], false);
  },
};

export const volumePruneCommand: Command = {
  paths: ["volume prune"],
  summary: "Remove unused local volumes",
  usage: "[OPTIONS]",
  flags: [
    flag("-a, --all", "bool", "Remove all unused volumes, not just anonymous ones"),
    LABEL_FLAG,
    FORCE_FLAG,
  ],
  minArgs: 0,
  maxArgs: 0,
  async run(context) {
    const all = context.flags.isOn("all");
    const which = all ? "all local volumes" : "anonymous local volumes";
    if (!(await mayGoOn(context, `WARNING! This will remove ${which} not used by at least one container.`)))
      return 0;
    return await report(context, [await pruneVolumes(context, all)]);
  },
};

export const imagePruneCommand: Command = {
  paths: ["image prune"],
  summary: "Remove unused images",
  usage: "[OPTIONS]",
  flags: [
    flag("-a, --all", "bool", "Remove all unused images, not just dangling ones"),
    UNTIL_FLAG,
    FORCE_FLAG,
  ],
  minArgs: 0,
  maxArgs: 0,
  async run(context) {
    const which = context.flags.isOn("all")
      ? "all images without at least one container associated to them"
      : "all dangling images";
    if (!(await mayGoOn(context, `WARNING! This will remove ${which}.`))) return 0;
    return await report(context, [await pruneImages(context)]);
  },
};

export const systemPruneCommand: Command = {
  paths: ["system prune"],
  summary: "Remove unused data",
  usage: "[OPTIONS]",
  flags: [
    flag("-a, --all", "bool", "Remove all unused images not just dangling ones"),
    flag("--filter", "filter", 'Provide filter values (e.g. "label=<key>=<value>")', { check: checkFilter }),
    FORCE_FLAG,
    flag("--volumes", "bool", "Prune anonymous volumes"),
  ],
  minArgs: 0,
  maxArgs: 0,
  async run(context) {
    const { flags } = context;
    const what = [
      "all stopped containers",
      "all networks not used by at least one container",
      ...(flags.isOn("volumes") ? ["all anonymous volumes not used by at least one container"] : []),
      flags.isOn("all")
        ? "all images without at least one container associated to them"
        : "all dangling images",
    ];
    const warning = `WARNING! This will remove:\n${what.map((line) => `  - ${line}\n`).join("")}`;
    if (!(await mayGoOn(context, warning))) return 0;
    const parts = [await pruneContainers(context), await pruneNetworks(context)];
    if (flags.isOn("volumes")) parts.push(await pruneVolumes(context, false));
    parts.push(await pruneImages(context));
    return await report(context, parts);
  },
};
