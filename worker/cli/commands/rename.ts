// `docker rename`

import { messageOf } from "../../base/errors.ts";
import { CliError } from "../cli-error.ts";
import type { Command } from "../command.ts";
import { nameSegment } from "../for-each-name.ts";

export const renameCommand: Command = {
  paths: ["container rename", "rename"],
  summary: "Rename a container",
  usage: "CONTAINER NEW_NAME",
  flags: [],
  minArgs: 2,
  maxArgs: 2,
  completes: ["container", "nothing"],
  async run({ api, args }) {
    const [oldName = "", newName = ""] = args.map((name) => name.trim());
    if (oldName === "" || newName === "") throw new CliError("Error: Neither old nor new names may be empty");
    try {
      await api.send("POST", `/containers/${nameSegment(oldName)}/rename`, { query: { name: newName } });
    } catch (error) {
      throw new CliError(`${messageOf(error)}\nError: failed to rename container named ${oldName}`, 1, {
        cause: error,
      });
    }
    return 0;
  },
};
