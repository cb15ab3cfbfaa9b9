// `docker volume create`

import type { WireCreateVolume, WireVolume } from "../../api/wire/volume.ts";
import type { Command } from "../command.ts";
import { checkLabel } from "../container-checks.ts";
import { flag } from "../flags.ts";
import { toMap } from "../key-values.ts";

export const volumeCreateCommand: Command = {
  paths: ["volume create"],
  summary: "Create a volume",
  usage: "[OPTIONS] [VOLUME]",
  flags: [
    flag("-d, --driver", "string", "Specify volume driver name", { default: "local" }),
    flag("--label", "list", "Set metadata for a volume", { check: checkLabel }),
    flag("--name", "string", "Specify volume name", { hidden: true }),
    flag("-o, --opt", "map", "Set driver specific options", { defaultHelp: "map[]" }),
  ],
  minArgs: 0,
  maxArgs: 1,
  completes: ["nothing"],
  async run({ api, args, flags, out }) {
    const name = args[0] ?? flags.text("name");
    const body: WireCreateVolume = {
      Driver: flags.text("driver"),
      ...(flags.wasSet("opt") ? { DriverOpts: toMap(flags.list("opt")) } : {}),
      ...(flags.wasSet("label") ? { Labels: toMap(flags.list("label")) } : {}),
      ...(name === "" ? {} : { Name: name }),
    };
    const volume = await api.json<WireVolume>("POST", "/volumes/create", { json: body });
    await out.line(volume.Name);
    return 0;
  },
};
