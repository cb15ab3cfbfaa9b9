// Every verb there is.

import type { Command } from "../command.ts";
import { attachCommand } from "./attach.ts";
import { commitCommand } from "./commit.ts";
import { diffCommand, portCommand, renameCommand, topCommand } from "./container-facts.ts";
import { contextLsCommand, contextShowCommand, contextUseCommand } from "./context.ts";
import { cpCommand } from "./cp.ts";
import { createCommand } from "./create.ts";
import { eventsCommand } from "./events.ts";
import { execCommand } from "./exec.ts";
import { historyCommand } from "./history.ts";
import { exportCommand, importCommand, loadCommand, saveCommand } from "./image-archives.ts";
import { imagesCommand } from "./images.ts";
import { pullCommand, rmiCommand, tagCommand } from "./images-named.ts";
import { infoCommand } from "./info.ts";
import { inspectCommand, KIND_INSPECT_COMMANDS } from "./inspect.ts";
import {
  killCommand,
  pauseCommand,
  restartCommand,
  rmCommand,
  stopCommand,
  unpauseCommand,
  waitCommand,
} from "./lifecycle.ts";
import { logsCommand } from "./logs.ts";
import {
  networkConnectCommand,
  networkCreateCommand,
  networkDisconnectCommand,
  networkLsCommand,
  networkRmCommand,
} from "./network.ts";
import {
  containerPruneCommand,
  imagePruneCommand,
  networkPruneCommand,
  systemPruneCommand,
  volumePruneCommand,
} from "./prune.ts";
import { psCommand } from "./ps.ts";
import { runCommand } from "./run.ts";
import { startCommand } from "./start.ts";
import { statsCommand } from "./stats.ts";
import { systemDfCommand } from "./system-df.ts";
import { UNSUPPORTED_COMMANDS } from "./unsupported.ts";
import { updateCommand } from "./update.ts";
import { versionCommand } from "./version.ts";
import { volumeCreateCommand, volumeLsCommand, volumeRmCommand } from "./volume.ts";

export const COMMANDS: readonly Command[] = [
  attachCommand,
  commitCommand,
  diffCommand,
  portCommand,
  renameCommand,
  topCommand,
  contextLsCommand,
  contextShowCommand,
  contextUseCommand,
  cpCommand,
  createCommand,
  eventsCommand,
  execCommand,
  historyCommand,
  exportCommand,
  importCommand,
  loadCommand,
  saveCommand,
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
