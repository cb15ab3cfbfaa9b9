// Processes started in running containers.

import { messageOf } from "../../base/errors.ts";
import { emitContainerEvent } from "../../engine/containers/container-event.ts";
import { checkDetachKeys, detachable } from "../../engine/containers/detachable.ts";
import { checkExecStart, createExec, resizeExec, startExec } from "../../engine/containers/exec.ts";
import type { OutputChunk } from "../../engine/containers/output-fan.ts";
import { type Handler, parameter } from "../api-call.ts";
import { readJsonBody } from "../json-body.ts";
import { JsonFields } from "../json-fields.ts";
import { hijackReply, jsonReply, noContent } from "../reply.ts";
import type { WireExecInspect } from "../wire/exec.ts";
import { readConsoleSize } from "../wire/read-container-config.ts";
import { terminalSize } from "./containers.ts";

export const create: Handler = async (call) => {
  const body = new JsonFields(await readJsonBody(call.request.body));
  checkDetachKeys(body.text("DetachKeys"));
  const exec = createExec(call.engine, parameter(call, "id"), {
    argv: body.texts("Cmd"),
    env: body.texts("Env"),
    user: body.text("User"),
    workingDir: body.text("WorkingDir"),
    tty: body.boolean("Tty"),
    privileged: body.boolean("Privileged"),
    attachStdin: body.boolean("AttachStdin"),
    attachStdout: body.boolean("AttachStdout"),
    attachStderr: body.boolean("AttachStderr"),
    detachKeys: body.text("DetachKeys"),
    consoleSize: readConsoleSize(body),
  });
  return jsonReply({ Id: exec.id }, 201);
};

/** Once the connection is the client's, a start that fails says so in the stream and leaves its exit code for inspect. */
export const start: Handler = async (call) => {
  const { engine, request, version } = call;
  const id = parameter(call, "id");
  const body = new JsonFields(await readJsonBody(request.body));
  const detach = body.boolean("Detach");
  const exec = checkExecStart(engine, id);
  const options = { detach, consoleSize: readConsoleSize(body) };
  if (detach) {
    await startExec(engine, id, options);
    return noContent(200);
  }
  const started = startExec(engine, id, options).catch((error: unknown) => ({
    tty: exec.config.tty,
    output: failureOutput(error),
    stdin: null,
  }));
  const detaching = detachable(await started, checkDetachKeys(exec.config.detachKeys), () =>
    emitContainerEvent(engine, exec.container, "exec_detach", { execID: id }),
  );
  return hijackReply(request, detaching, version);
};

function failureOutput(error: unknown): ReadableStream<OutputChunk> {
  return new ReadableStream<OutputChunk>({
    start(controller) {
      controller.enqueue({ stream: "stdout", bytes: new TextEncoder().encode(`${messageOf(error)}\r\n`) });
      controller.close();
    },
  });
}

export const resize: Handler = async (call) => {
  await resizeExec(call.engine, parameter(call, "id"), terminalSize(call));
  return noContent(200);
};

export const inspect: Handler = (call) => {
  const exec = call.engine.execs.find(parameter(call, "id"));
  const { config } = exec;
  const [entrypoint = "", ...rest] = config.argv;
  const reply: WireExecInspect = {
    ID: exec.id,
    Running: exec.running,
    ExitCode: exec.exitCode,
    ProcessConfig: {
      tty: config.tty,
      entrypoint,
      arguments: rest,
      privileged: config.privileged,
      ...(config.user === "" ? {} : { user: config.user }),
    },
    OpenStdin: config.attachStdin,
    OpenStderr: config.attachStderr,
    OpenStdout: config.attachStdout,
    CanRemove: !exec.running && exec.started,
    ContainerID: exec.container.id,
    DetachKeys: config.detachKeys,
    Pid: exec.running ? (exec.process?.pid ?? 0) : 0,
  };
  return jsonReply(reply);
};
