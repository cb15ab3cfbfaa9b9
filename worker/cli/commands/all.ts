// Every verb there is.

import type { Command } from "../command.ts";
import { attachCommand } from "./attach.ts";
import { createCommand } from "./create.ts";
import { execCommand } from "./exec.ts";
import { imagesCommand } from "./images.ts";
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
import { psCommand } from "./ps.ts";
import { runCommand } from "./run.ts";
import { startCommand } from "./start.ts";

export const COMMANDS: readonly Command[] = [
  attachCommand,
  createCommand,
  execCommand,
  imagesCommand,
  inspectCommand,
  ...KIND_INSPECT_COMMANDS,
  killCommand,
  logsCommand,
  pauseCommand,
  psCommand,
  restartCommand,
  rmCommand,
  runCommand,
  startCommand,
  stopCommand,
  unpauseCommand,
  waitCommand,
];
