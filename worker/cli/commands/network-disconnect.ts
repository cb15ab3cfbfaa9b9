// `docker network disconnect`

import type { WireDisconnectNetwork } from "../../api/wire/network.ts";
import type { Command } from "../command.ts";
import { flag } from "../flags.ts";
import { nameSegment } from "../for-each-name.ts";

export const networkDisconnectCommand: Command = {
  paths: ["network disconnect"],
  summary: "Disconnect a container from a network",
  usage: "[OPTIONS] NETWORK CONTAINER",
  flags: [flag("-f, --force", "bool", "Force the container to disconnect from a network")],
  minArgs: 2,
  maxArgs: 2,
  completes: ["network", "container", "nothing"],
  async run({ api, args, flags }) {
    const body: WireDisconnectNetwork = { Container: args[1]!, Force: flags.isOn("force") };
    await api.send("POST", `/networks/${nameSegment(args[0]!)}/disconnect`, { json: body });
    return 0;
  },
};
