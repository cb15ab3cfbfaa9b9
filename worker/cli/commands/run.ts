// `docker run`, the whole story: create (pulling the image when it is missing), attach before the start so that no output is
// lost, ask for the exit code, start, copy, exit as the container did.

import { messageOf } from "../../base/errors.ts";
import { attachSession } from "../attach-session.ts";
import { CliError } from "../cli-error.ts";
import type { Command, CommandContext } from "../command.ts";
import { CONTAINER_FLAGS } from "../container-flags.ts";
import { createContainer } from "../create-container.ts";
import { attachedStreams, buildCreateRequest } from "../create-request.ts";
import { parseDetachKeys } from "../detach-keys.ts";
import { failWithHelp } from "../fail-with-help.ts";
import { flag } from "../flags.ts";
import { requireTerminal } from "../require-terminal.ts";
import { RESOURCE_FLAGS } from "../resource-flags.ts";

export const runCommand: Command = {
  paths: ["container run", "run"],
  summary: "Create and run a new container from an image",
  usage: "[OPTIONS] IMAGE [COMMAND] [ARG...]",
  flags: [
    ...CONTAINER_FLAGS,
    ...RESOURCE_FLAGS,
    flag("-d, --detach", "bool", "Run container in background and print container ID"),
    flag("--detach-keys", "string", "Override the key sequence for detaching a container"),
    flag("--pull", "string", 'Pull image before running ("always", "missing", "never")', {
      default: "missing",
    }),
    flag("--sig-proxy", "bool", "Proxy received signals to the process", { default: "true" }),
  ],
  minArgs: 1,
  maxArgs: Number.POSITIVE_INFINITY,
  ownsRest: true,
  completes: ["image", "nothing"],
  run: runContainer,
};

async function runContainer(context: CommandContext): Promise<number> {
  const { session, api, flags, out } = context;
  const detached = flags.isOn("detach");
  if (detached && flags.list("attach").length > 0)
    throw new CliError("conflicting options: cannot specify both --attach and --detach");
  const streams = attachedStreams(flags);
  if (!detached) requireTerminal(session, flags.isOn("tty") && streams.has("stdin"));
  try {
    const detachKeys = parseDetachKeys(flags.text("detach-keys"));
    const body = await buildCreateRequest(session, flags, context.args);
    const id = await createContainer(context, body).catch(failToRun);
    const start = () => api.send("POST", `/containers/${id}/start`).catch(failToRun);
    if (detached) {
      await start();
      await out.line(id);
      return 0;
    }
    const exit = await attachSession(context, {
      id,
      tty: flags.isOn("tty"),
      streams: { stdin: streams.has("stdin"), stdout: streams.has("stdout"), stderr: streams.has("stderr") },
      detachKeys,
      forwardSignals: flags.isOn("sig-proxy"),
      wait: flags.isOn("rm") ? "removed" : "next-exit",
      start,
    });
    return exit === "detached" ? 0 : exit;
  } catch (error) {
    throw failWithHelp(error, "run");
  }
}

/** 127: there is no such program; 126: there is, but it cannot be run; 125: everything else the engine refuses. */
function failToRun(error: unknown): never {
  const message = messageOf(error);
  if (message === "") throw error;
  const missing = /executable file not found|no such file or directory|system cannot find the file/i.test(
    message,
  );
  const code = missing ? 127 : /permission denied|is a directory/i.test(message) ? 126 : 125;
  throw new CliError(message, code, { cause: error });
}
