// crun's reason for not starting a process, in the words of runc under Docker, with the exit code those lead to.

import { EngineError } from "../../base/errors.ts";
import type { RuntimeStartError } from "../container-runtime.ts";

export interface StartFailure {
  readonly message: string;
  /** 127: not found; 126: cannot be run; 128: anything else. */
  readonly exitCode: 126 | 127 | 128;
}

const CREATE =
  "failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: ";
const EXEC = "OCI runtime exec failed: exec failed: unable to start container process: ";

export function startFailure(
  error: RuntimeStartError,
  argv: readonly string[],
  kind: "create" | "exec",
): StartFailure {
  const reason = translate(error.runtimeMessage, argv[0] ?? "");
  return {
    message: `${kind === "create" ? CREATE : EXEC}${reason.text}: unknown`,
    exitCode: reason.exitCode,
  };
}

/** As an error of the API: what the client asked for cannot be run. */
export function startFailureError(failure: StartFailure, cause: unknown): EngineError {
  return new EngineError(failure.exitCode === 128 ? "internal" : "invalid-argument", failure.message, {
    cause,
  });
}

function translate(message: string, program: string): { text: string; exitCode: 126 | 127 | 128 } {
  const lower = message.toLowerCase();
  const quoted = JSON.stringify(program);
  if (lower.includes("executable file") && lower.includes("not found"))
    return {
      text: program.includes("/")
        ? `exec: ${quoted}: stat ${program}: no such file or directory`
        : `exec: ${quoted}: executable file not found in $PATH`,
      exitCode: 127,
    };
  if (lower.includes("exec format error"))
    return { text: `exec ${program}: exec format error`, exitCode: 126 };
  if (lower.includes("permission denied") && /exec|open executable/.test(lower))
    return { text: `exec: ${quoted}: permission denied`, exitCode: 126 };
  if (lower.includes("not a directory"))
    return {
      text: `${message}: Are you trying to mount a directory onto a file (or vice-versa)? Check if the specified host path exists and is the expected type`,
      exitCode: 126,
    };
  if (lower.includes("permission denied")) return { text: message, exitCode: 126 };
  if (lower.includes("no such file or directory")) return { text: message, exitCode: 127 };
  return { text: message, exitCode: 128 };
}
