// Processes started in running containers by `docker exec`. They live as long as the container's run, and no longer than
// this engine.

import { EngineError } from "../../base/errors.ts";
import type { RuntimeProcess } from "../container-runtime.ts";
import type { Container } from "./container.ts";

export interface ExecConfig {
  readonly argv: readonly string[];
  readonly env: readonly string[];
  /** Empty: the container's. */
  readonly user: string;
  readonly workingDir: string;
  readonly tty: boolean;
  readonly privileged: boolean;
  readonly attachStdin: boolean;
  readonly attachStdout: boolean;
  readonly attachStderr: boolean;
  readonly detachKeys: string;
  readonly consoleSize: { readonly columns: number; readonly rows: number } | null;
}

/** A command whose output is wanted, as the container's own user, without a terminal. */
export function plainExec(argv: readonly string[]): ExecConfig {
  return {
    argv,
    env: [],
    user: "",
    workingDir: "",
    tty: false,
    privileged: false,
    attachStdin: false,
    attachStdout: true,
    attachStderr: true,
    detachKeys: "",
    consoleSize: null,
  };
}

export interface Exec {
  readonly id: string;
  readonly container: Container;
  readonly config: ExecConfig;
  started: boolean;
  running: boolean;
  exitCode: number | null;
  process: RuntimeProcess | null;
}

/** Ended ones of a container that are remembered, for whoever asks for the exit code late. */
const KEPT_PER_CONTAINER = 64;

export class ExecStore {
  readonly #byId = new Map<string, Exec>();

  add(exec: Exec): void {
    this.#byId.set(exec.id, exec);
    const ids = exec.container.execIds;
    ids.add(exec.id);
    for (const id of ids) {
      if (ids.size <= KEPT_PER_CONTAINER) break;
      if (this.#byId.get(id)?.running) continue;
      ids.delete(id);
      this.#byId.delete(id);
    }
  }

  /** Throws not-found in Docker's words. */
  find(id: string): Exec {
    const exec = this.#byId.get(id);
    if (!exec) throw new EngineError("not-found", `No such exec instance: ${id}`);
    return exec;
  }

  /** Nobody will ask about this one. */
  forget(exec: Exec): void {
    exec.container.execIds.delete(exec.id);
    this.#byId.delete(exec.id);
  }

  /** When it runs anew or is gone: until then ended ones are kept for whoever asks for their exit codes late. */
  forgetContainer(container: Container): void {
    for (const id of container.execIds) {
      const exec = this.#byId.get(id);
      if (exec?.running) continue;
      container.execIds.delete(id);
      this.#byId.delete(id);
    }
  }
}
