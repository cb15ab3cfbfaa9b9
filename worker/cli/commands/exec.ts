// `docker exec`: another process in a running container.

import type { WireCreatedExec, WireCreateExec, WireExecInspect } from "../../api/wire/exec.ts";
import { copyStreams } from "../attached-streams.ts";
import { CliError } from "../cli-error.ts";
import type { Command, CommandContext } from "../command.ts";
import { checkEnv } from "../container-checks.ts";
import { parseDetachKeys } from "../detach-keys.ts";
import { flag } from "../flags.ts";
import { followSize } from "../follow-size.ts";
import { nameSegment } from "../for-each-name.ts";
import { readEnvironment } from "../key-values.ts";
import { requireTerminal } from "../require-terminal.ts";

export const execCommand: Command = {
  paths: ["container exec", "exec"],
  summary: "Execute a command in a running container",
  usage: "[OPTIONS] CONTAINER COMMAND [ARG...]",
  flags: [
    flag("-d, --detach", "bool", "Detached mode: run command in the background"),
    flag("--detach-keys", "string", "Override the key sequence for detaching a container"),
    flag("-e, --env", "list", "Set environment variables", { check: checkEnv }),
    flag("--env-file", "list", "Read in a file of environment variables"),
    flag("-i, --interactive", "bool", "Keep STDIN open even if not attached"),
    flag("--privileged", "bool", "Give extended privileges to the command"),
    flag("-t, --tty", "bool", "Allocate a pseudo-TTY"),
    flag("-u, --user", "string", 'Username or UID (format: "<name|uid>[:<group|gid>]")'),
    flag("-w, --workdir", "string", "Working directory inside the container"),
  ],
  minArgs: 2,
  maxArgs: Number.POSITIVE_INFINITY,
  ownsRest: true,
  completes: ["running", "nothing"],
  run: execInContainer,
};

async function execInContainer(context: CommandContext): Promise<number> {
  const { session, api, flags } = context;
  const [name = "", ...command] = context.args;
  const detached = flags.isOn("detach");
  const attachStdin = flags.isOn("interactive") && !detached;
  const detachKeys = parseDetachKeys(flags.text("detach-keys"));
  const env = await readEnvironment(session, flags.list("env-file"), flags.list("env"));
  const path = `/containers/${nameSegment(name)}`;
  // Docker asks first, so that a missing container is told before a missing terminal.
  await api.send("GET", `${path}/json`);
  if (!detached) requireTerminal(session, attachStdin && flags.isOn("tty"));
  const size = flags.isOn("tty") && session.isTerminal.stdout ? session.terminalSize() : undefined;
  const body: WireCreateExec = {
    User: flags.text("user"),
    Privileged: flags.isOn("privileged"),
    Tty: flags.isOn("tty"),
    ...(size === undefined ? {} : { ConsoleSize: [size.rows, size.columns] }),
    AttachStdin: attachStdin,
    AttachStdout: !detached,
    AttachStderr: !detached,
    DetachKeys: flags.text("detach-keys"),
    Env: env,
    WorkingDir: flags.text("workdir"),
    Cmd: command,
  };
  const { Id: id } = await api.json<WireCreatedExec>("POST", `${path}/exec`, { json: body });
  if (!id) throw new CliError("exec ID empty");
  if (!detached) return await execAttached(context, id, attachStdin, detachKeys);
  await api.send("POST", `/exec/${id}/start`, { json: { Detach: true, Tty: flags.isOn("tty") } });
  return 0;
}

async function execAttached(
  { session, api, flags, out, err }: CommandContext,
  id: string,
  input: boolean,
  detachKeys: Uint8Array,
): Promise<number> {
  const tty = flags.isOn("tty");
  const over = new AbortController();
  try {
    const connection = await api.hijack(`/exec/${id}/start`, {
      json: { Detach: false, Tty: tty },
      signal: over.signal,
    });
    const streams = copyStreams(
      session,
      { connection, tty, input, detachKeys, signal: over.signal },
      out,
      err,
    );
    streams.catch(() => {});
    const stopResizing = tty && input ? await followSize(session, api, `/exec/${id}/resize`) : undefined;
    const end = await streams.finally(stopResizing);
    if (end === "detached") throw new CliError("read escape sequence");
  } finally {
    over.abort();
  }
  const { ExitCode: code } = await api.json<WireExecInspect>("GET", `/exec/${id}/json`);
  return (code ?? 0) & 0xff;
}
