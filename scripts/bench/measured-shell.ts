// A login shell of the guest as a terminal has it, where lines are typed, and timed from Enter until the next prompt has arrived. The
// prompt carries the exit status and a number, so that neither an echo nor an old prompt is taken for it.

import { chunksOf } from "../../worker/base/streams.ts";
import type { GuestProcess } from "../../worker/guest/agent.ts";
import type { Sandbox } from "../../worker/sandbox.ts";

const SIZE = { columns: 100, rows: 30 };
/** The prompt that the guest's own settings give. */
const FIRST_PROMPT = /[#$] $/;
const SET_PROMPT = "PS1='<$?:\\#># '";
const PROMPT = /<(\d+):(\d+)># $/;
const KEPT_CHARACTERS = 4096;
const LIMIT_MS = 180_000;
/** So long after the last echo the shell waits for Enter. */
const TYPED_MS = 50;

export interface MeasuredRun {
  readonly ms: number;
  /** Of this process, all threads; unlike `ms` it hardly depends on what else runs. */
  readonly processorMs: number;
  /** Guest instructions, in millions; wraps at 4295 of them. */
  readonly instructionsM: number;
}

export class MeasuredShell {
  readonly #sandbox: Sandbox;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  #tail = "";
  #received = 0;
  #number = "";
  /** Why nothing more is to be expected. */
  #ended: string | undefined;
  #wake: () => void = () => {};

  private constructor(sandbox: Sandbox, guest: GuestProcess) {
    this.#sandbox = sandbox;
    this.#writer = guest.stdin!.getWriter();
    const collect = async () => {
      const decoder = new TextDecoder();
      for await (const bytes of chunksOf(guest.stdout)) {
        this.#received += bytes.length;
        this.#tail = (this.#tail + decoder.decode(bytes, { stream: true })).slice(-KEPT_CHARACTERS);
        this.#wake();
      }
    };
    collect().then(
      () => this.#stop("it has ended"),
      (error: unknown) => this.#stop(String(error)),
    );
  }

  /** With `onPrompt` called when the shell's own prompt has come. */
  static async open(sandbox: Sandbox, onPrompt: () => void = () => {}): Promise<MeasuredShell> {
    const shell = new MeasuredShell(sandbox, await sandbox.openShell(SIZE));
    await shell.#until(() => FIRST_PROMPT.test(shell.#tail));
    onPrompt();
    await shell.run(SET_PROMPT);
    return shell;
  }

  /** Rejects when the line's exit status is not 0. */
  async run(line: string): Promise<MeasuredRun> {
    const counter = () => this.#sandbox.machine.v86.get_instruction_counter();
    await this.#type(line);
    const [before, cpu, start] = [counter(), process.cpuUsage(), performance.now()];
    await this.#writer.write(new TextEncoder().encode("\r"));
    await this.#until(() => (PROMPT.exec(this.#tail)?.[2] ?? this.#number) !== this.#number);
    const ms = performance.now() - start;
    const { user, system } = process.cpuUsage(cpu);
    const instructionsM = ((counter() - before) >>> 0) / 1e6;
    const [, status, number] = PROMPT.exec(this.#tail)!;
    this.#number = number!;
    if (status !== "0") throw new Error(`${line}: exit status ${status}\n${this.#tail.slice(-1000)}`);
    return { ms, processorMs: (user + system) / 1000, instructionsM };
  }

  /** With a rest before each. */
  async repeat(line: string, times: number, restMs = 0): Promise<MeasuredRun[]> {
    const runs: MeasuredRun[] = [];
    for (let done = 0; done < times; done++) {
      if (restMs > 0) await new Promise((resolve) => setTimeout(resolve, restMs));
      runs.push(await this.run(line));
    }
    return runs;
  }

  async #type(line: string): Promise<void> {
    const before = this.#received;
    await this.#writer.write(new TextEncoder().encode(line));
    await this.#until(() => this.#received > before);
    for (let seen = -1; seen !== this.#received; ) {
      seen = this.#received;
      await new Promise((resolve) => setTimeout(resolve, TYPED_MS));
    }
  }

  async #until(condition: () => boolean): Promise<void> {
    const stop = () => this.#stop(`no prompt after ${LIMIT_MS} ms`);
    const timer = setTimeout(stop, LIMIT_MS);
    try {
      while (!condition()) {
        if (this.#ended !== undefined)
          throw new Error(`The shell: ${this.#ended}\n${this.#tail.slice(-1000)}`);
        await new Promise<void>((wake) => {
          this.#wake = wake;
        });
      }
    } finally {
      clearTimeout(timer);
    }
  }

  #stop(reason: string): void {
    this.#ended ??= reason;
    this.#wake();
  }
}
