// `docker exec`: create, start, look at and resize a process in a running container.

import { EngineError } from "../../base/errors.ts";
import { chunksOf } from "../../base/streams.ts";
import { newContainerId } from "../container-id.ts";
import {
  ContainerEndedError,
  type ExecPlan,
  type RuntimeProcess,
  RuntimeStartError,
} from "../container-runtime.ts";
import type { EngineContext } from "../engine-context.ts";
import { ALL_CAPABILITIES, capabilitySets } from "../spec/capabilities.ts";
import { mergeEnvironment, userOf } from "../spec/runtime-spec.ts";
import type { Attachment } from "./attach.ts";
import type { Container } from "./container.ts";
import { emitContainerEvent } from "./container-event.ts";
import type { OutputStream } from "./container-log.ts";
import type { Exec, ExecConfig } from "./exec-store.ts";
import { OutputFan } from "./output-fan.ts";
import type { TerminalSize } from "./resize.ts";
import { resolveUser } from "./resolve-user.ts";
import { startFailure, startFailureError } from "./start-failure.ts";

/** runc's words under Docker's. */
const EXEC_IN_STOPPED = "OCI runtime exec failed: exec failed: cannot exec in a stopped container: unknown";
const DEFAULT_SIZE = { columns: 80, rows: 24 };

/** Throws conflict when the container does not run or is paused. */
export function createExec(engine: EngineContext, reference: string, config: ExecConfig): Exec {
  const container = engine.containers.find(reference);
  requireRunning(container, reference);
  if (config.argv.length === 0) throw new EngineError("invalid-argument", "No exec command specified");
  const exec: Exec = {
    id: newContainerId(engine.randomBytes),
    container,
    config,
    started: false,
    running: false,
    exitCode: null,
    process: null,
  };
  engine.execs.add(exec);
  emitContainerEvent(engine, container, `exec_create: ${config.argv.join(" ")}`, { execID: exec.id });
  return exec;
}

export interface StartExecOptions {
  readonly detach: boolean;
  readonly consoleSize: TerminalSize | null;
}

/** What must hold before a connection is taken over: the exec exists and has not run. Throws not-found or conflict. */
export function checkExecStart(engine: EngineContext, id: string): Exec {
  const exec = engine.execs.find(id);
  if (exec.started) {
    const words = exec.running ? "is already running" : "has already run";
    throw new EngineError("conflict", `Error: Exec command ${id} ${words}`);
  }
  requireRunning(exec.container, exec.container.id);
  return exec;
}

/** Starts it; the attachment's output ends with the process. Throws Docker's words with the exit code already recorded. */
export async function startExec(
  engine: EngineContext,
  id: string,
  options: StartExecOptions,
): Promise<Attachment> {
  const exec = checkExecStart(engine, id);
  exec.started = true;
  exec.running = true;
  const { config, container } = exec;
  emitContainerEvent(engine, container, `exec_start: ${config.argv.join(" ")}`, { execID: id });
  let process: RuntimeProcess;
  try {
    process = await engine.runtime.exec(container.id, await execPlan(engine, exec, options));
  } catch (thrown) {
    exec.running = false;
    exec.exitCode = 126;
    if (thrown instanceof ContainerEndedError)
      throw new EngineError("internal", EXEC_IN_STOPPED, { cause: thrown });
    if (!(thrown instanceof RuntimeStartError)) throw thrown;
    const failure = startFailure(thrown, config.argv, "exec");
    exec.exitCode = failure.exitCode;
    throw startFailureError(failure, thrown);
  }
  exec.process = process;
  const fan = new OutputFan();
  const output = fan.attach((stream) =>
    options.detach ? false : stream === "stdout" ? config.attachStdout : config.attachStderr,
  );
  void follow(engine, exec, process, fan);
  if (options.detach) await output.cancel();
  return {
    tty: config.tty,
    output,
    stdin: config.attachStdin && !options.detach ? clientStdin(process.stdin, config.tty) : null,
  };
}

/** A terminal has no end of input: a client that goes leaves it open. */
function clientStdin(
  stdin: WritableStream<Uint8Array> | null,
  tty: boolean,
): WritableStream<Uint8Array> | null {
  if (stdin === null) return null;
  const writer = stdin.getWriter();
  writer.closed.catch(() => {});
  const finish = async () => {
    if (!tty) await writer.close().catch(() => {});
  };
  return new WritableStream<Uint8Array>({
    write: (bytes) => writer.write(bytes),
    close: finish,
    abort: finish,
  });
}

async function follow(
  engine: EngineContext,
  exec: Exec,
  process: RuntimeProcess,
  fan: OutputFan,
): Promise<void> {
  const pump = async (stream: OutputStream, source: ReadableStream<Uint8Array> | null) => {
    if (source === null) return;
    for await (const bytes of chunksOf(source)) await fan.send({ stream, bytes });
  };
  const drained = Promise.allSettled([pump("stdout", process.stdout), pump("stderr", process.stderr)]);
  const exit = await process.exited;
  // A client reads the exit code when the output ends, so it is there first.
  exec.exitCode = exit.exitCode;
  exec.running = false;
  await drained;
  emitContainerEvent(engine, exec.container, "exec_die", {
    execID: exec.id,
    exitCode: String(exit.exitCode),
  });
  fan.end();
}

export async function resizeExec(engine: EngineContext, id: string, size: TerminalSize): Promise<void> {
  const exec = engine.execs.find(id);
  if (exec.process === null || !exec.running)
    throw new EngineError("conflict", `exec process is not started`);
  if (exec.config.tty) await exec.process.resize(size);
}

async function execPlan(engine: EngineContext, exec: Exec, options: StartExecOptions): Promise<ExecPlan> {
  const { config, container } = exec;
  const spec = container.run?.spec;
  if (!spec) throw new EngineError("conflict", `container ${container.id} is not running`);
  const user =
    config.user === ""
      ? spec.process.user
      : userOf(await resolveUser(engine, container, config.user, undefined));
  const bounding = config.privileged ? ALL_CAPABILITIES : (spec.process.capabilities?.bounding ?? []);
  const environment = spec.process.env.filter((entry) => !entry.startsWith("TERM="));
  return {
    process: {
      terminal: config.tty,
      user,
      args: [...config.argv],
      env: mergeEnvironment(
        [...environment, ...(config.tty ? ["TERM=xterm"] : [])],
        [...container.record.config.env.filter((entry) => entry.startsWith("TERM=")), ...config.env],
      ),
      cwd: config.workingDir || spec.process.cwd,
      capabilities: capabilitySets(bounding, user.uid),
      ...(spec.process.noNewPrivileges === undefined
        ? {}
        : { noNewPrivileges: spec.process.noNewPrivileges }),
    },
    terminal: config.tty ? (options.consoleSize ?? config.consoleSize ?? DEFAULT_SIZE) : undefined,
    openStdin: config.attachStdin && !options.detach,
  };
}

/** `name`: as the client calls it. */
function requireRunning(container: Container, name: string): void {
  const { status } = container.record.state;
  if (status === "paused")
    throw new EngineError("conflict", `Container ${name} is paused, unpause the container before exec`);
  if (status === "restarting")
    throw new EngineError(
      "conflict",
      `Container ${container.id} is restarting, wait until the container is running`,
    );
  if (container.run === null || status !== "running")
    throw new EngineError("conflict", `container ${container.id} is not running`);
}
