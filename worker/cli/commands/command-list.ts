// Every verb there is.

import type { Command } from "../command.ts";
import { attachCommand } from "./attach.ts";
import { commitCommand } from "./commit.ts";
import { CONTEXT_COMMANDS } from "./context.ts";
import { cpCommand } from "./cp.ts";
import { createCommand } from "./create.ts";
import { diffCommand } from "./diff.ts";
import { eventsCommand } from "./events.ts";
import { execCommand } from "./exec.ts";
import { exportCommand } from "./export.ts";
import { historyCommand } from "./history.ts";
import { imagesCommand } from "./images.ts";
import { importCommand } from "./import.ts";
import { infoCommand } from "./info.ts";
import { inspectCommand, KIND_INSPECT_COMMANDS } from "./inspect.ts";
import { killCommand } from "./kill.ts";
import { loadCommand } from "./load.ts";
import { logsCommand } from "./logs.ts";
import { networkConnectCommand } from "./network-connect.ts";
import { networkCreateCommand } from "./network-create.ts";
import { networkDisconnectCommand } from "./network-disconnect.ts";
import { networkLsCommand } from "./network-ls.ts";
import { networkRmCommand } from "./network-rm.ts";
import { pauseCommand } from "./pause.ts";
import { portCommand } from "./port.ts";
import {
  containerPruneCommand,
  imagePruneCommand,
  networkPruneCommand,
  systemPruneCommand,
  volumePruneCommand,
} from "./prune.ts";
import { psCommand } from "./ps.ts";
import { pullCommand } from "./pull.ts";
import { renameCommand } from "./rename.ts";
import { restartCommand } from "./restart.ts";
import { rmCommand } from "./rm.ts";
import { rmiCommand } from "./rmi.ts";
import { runCommand } from "./run.ts";
import { saveCommand } from "./save.ts";
import { searchCommand } from "./search.ts";
import { startCommand } from "./start.ts";
import { statsCommand } from "./stats.ts";
import { stopCommand } from "./stop.ts";
import { systemDfCommand } from "./system-df.ts";
import { tagCommand } from "./tag.ts";
import { topCommand } from "./top.ts";
import { unpauseCommand } from "./unpause.ts";
import { UNSUPPORTED_COMMANDS } from "./unsupported.ts";
import { updateCommand } from "./update.ts";
import { versionCommand } from "./version.ts";
import { volumeCreateCommand } from "./volume-create.ts";
import { volumeLsCommand } from "./volume-ls.ts";
import { volumeRmCommand } from "./volume-rm.ts";
import { waitCommand } from "./wait.ts";

export const COMMANDS: readonly Command[] = [
  attachCommand,
  commitCommand,
  diffCommand,
  portCommand,
  renameCommand,
  topCommand,
  ...CONTEXT_COMMANDS,
  cpCommand,
  createCommand,
  eventsCommand,
  execCommand,
  historyCommand,
  exportCommand,
  importCommand,
  loadCommand,
  saveCommand,
  searchCommand,
  imagesCommand,
  pullCommand,
  rmiCommand,
  tagCommand,
  infoCommand,
  inspectCommand,
  ...KIND_INSPECT_COMMANDS,
  killCommand,
  pauseCommand,
  restartCommand,
  rmCommand,
  stopCommand,
  unpauseCommand,
  waitCommand,
  logsCommand,
  networkConnectCommand,
  networkCreateCommand,
  networkDisconnectCommand,
  networkLsCommand,
  networkRmCommand,
  containerPruneCommand,
  imagePruneCommand,
  networkPruneCommand,
  systemPruneCommand,
  volumePruneCommand,
  psCommand,
  runCommand,
  startCommand,
  statsCommand,
  systemDfCommand,
  ...UNSUPPORTED_COMMANDS,
  updateCommand,
  versionCommand,
  volumeCreateCommand,
  volumeLsCommand,
  volumeRmCommand,
];
