// `docker network create`

import type { WireCreatedNetwork, WireCreateNetwork } from "../../api/wire/network.ts";
import type { Command } from "../command.ts";
import { checkLabel } from "../container-checks.ts";
import { type FlagValues, flag } from "../flags.ts";
import { ipamConfig } from "../ipam-config.ts";
import { toMap } from "../key-values.ts";

export const networkCreateCommand: Command = {
  paths: ["network create"],
  summary: "Create a network",
  usage: "[OPTIONS] NETWORK",
  flags: [
    flag("--attachable", "bool", "Enable manual container attachment"),
    flag("--aux-address", "map", "Auxiliary IPv4 or IPv6 addresses used by Network driver", {
      defaultHelp: "map[]",
    }),
    flag("-d, --driver", "string", "Driver to manage the Network", { default: "bridge" }),
    flag("--gateway", "strings", "IPv4 or IPv6 Gateway for the master subnet"),
    flag("--internal", "bool", "Restrict external access to the network"),
    flag("--ip-range", "strings", "Allocate container ip from a sub-range"),
    flag("--ipam-driver", "string", "IP Address Management Driver", { default: "default" }),
    flag("--ipam-opt", "map", "Set IPAM driver specific options", { defaultHelp: "map[]" }),
    flag("--ipv4", "bool", "Enable or disable IPv4 address assignment", { default: "true" }),
    flag("--ipv6", "bool", "Enable or disable IPv6 address assignment"),
    flag("--label", "list", "Set metadata on a network", { check: checkLabel }),
    flag("-o, --opt", "map", "Set driver specific options", { defaultHelp: "map[]" }),
    flag("--scope", "string", "Control the network's scope"),
    flag("--subnet", "strings", "Subnet in CIDR format that represents a network segment"),
  ],
  minArgs: 1,
  maxArgs: 1,
  completes: ["nothing"],
  async run({ api, args, flags, out, err }) {
    const created = await api.json<WireCreatedNetwork>("POST", "/networks/create", {
      json: createBody(args[0]!, flags),
    });
    if (created.Warning) await err.line(`WARNING: ${created.Warning}`);
    await out.line(created.Id);
    return 0;
  },
};

function createBody(name: string, flags: FlagValues): WireCreateNetwork {
  return {
    Name: name,
    Driver: flags.text("driver"),
    Scope: flags.text("scope"),
    IPAM: {
      Driver: flags.text("ipam-driver"),
      Options: toMap(flags.list("ipam-opt")),
      Config: ipamConfig({
        subnets: flags.list("subnet"),
        ranges: flags.list("ip-range"),
        gateways: flags.list("gateway"),
        auxiliary: toMap(flags.list("aux-address")),
      }),
    },
    Internal: flags.isOn("internal"),
    Attachable: flags.isOn("attachable"),
    ...(flags.wasSet("ipv4") ? { EnableIPv4: flags.isOn("ipv4") } : {}),
    ...(flags.wasSet("ipv6") ? { EnableIPv6: flags.isOn("ipv6") } : {}),
    Options: toMap(flags.list("opt")),
    Labels: toMap(flags.list("label")),
  };
}
