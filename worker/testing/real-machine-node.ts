// The real machine for tests in Node: one sandbox for each test file, command lines in the guest's shell, and the console's tail when a
// test fails. SLIPWAY_ASSETS names another folder of assets than the one that the build lays out.

import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll } from "vitest";
import { chunksOf } from "../base/streams.ts";
import type { GuestExit } from "../guest/guest-stream.ts";
import type { MachineDeath } from "../machine/machine.ts";
import type { Platform } from "../platform.ts";
import { nodePlatform } from "../platform-node.ts";
import { Sandbox } from "../sandbox.ts";

export const ASSETS_FOLDER =
  process.env.SLIPWAY_ASSETS ?? fileURLToPath(new URL("../../.cache/assets", import.meta.url));

const PATIENCE_MS = 60_000;

export interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

export interface CommandOptions {
  readonly stdin?: string | Uint8Array;
  readonly terminal?: { readonly columns: number; readonly rows: number };
}

/** A command that runs: what it has printed so far, and ways to talk to it. */
export class RunningCommand {
  stdout = "";
  stderr = "";
  readonly ended: Promise<CommandResult>;
  readonly #process: Awaited<ReturnType<Sandbox["runCommand"]>>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #watchers = new Set<() => void>();

  constructor(process: Awaited<ReturnType<Sandbox["runCommand"]>>) {
    this.#process = process;
    this.#writer = process.stdin!.getWriter();
    this.#writer.closed.catch(() => {});
    const collect = async (source: ReadableStream<Uint8Array> | null, add: (text: string) => void) => {
      const decoder = new TextDecoder();
      if (source === null) return;
      for await (const bytes of chunksOf(source)) {
        add(decoder.decode(bytes, { stream: true }));
        for (const watcher of this.#watchers) watcher();
      }
    };
    const drained = Promise.all([
      collect(process.stdout, (text) => {
        this.stdout += text;
      }),
      collect(process.stderr, (text) => {
        this.stderr += text;
      }),
    ]);
    this.ended = Promise.all([process.exited, drained]).then(([exit]: [GuestExit, unknown]) => {
      for (const watcher of this.#watchers) watcher();
      return { stdout: this.stdout, stderr: this.stderr, code: exit.code };
    });
    this.ended.catch(() => {});
  }

  /** Resolves once stdout matches; rejects when the command ends before, or after a minute. */
  until(pattern: RegExp): Promise<void> {
    return new Promise((resolve, settleFailed) => {
      const reject = (error: unknown) => {
        clearTimeout(patience);
        settleFailed(error);
      };
      const patience = setTimeout(
        () => reject(new Error(`nothing like ${pattern} in: ${JSON.stringify(this.stdout + this.stderr)}`)),
        PATIENCE_MS,
      );
      const look = () => {
        if (!pattern.test(this.stdout)) return false;
        clearTimeout(patience);
        this.#watchers.delete(look);
        resolve();
        return true;
      };
      if (look()) return;
      this.#watchers.add(look);
      this.ended.then(
        () => look() || reject(new Error(`ended before ${pattern}: ${this.stdout}${this.stderr}`)),
        reject,
      );
    });
  }

  async write(input: string | Uint8Array): Promise<void> {
    await this.#writer.write(typeof input === "string" ? new TextEncoder().encode(input) : input);
  }

  async closeInput(): Promise<void> {
    await this.#writer.close().catch(() => {});
  }

  signal(number: number): void {
    this.#process.signal(number);
  }

  resize(size: { readonly columns: number; readonly rows: number }): void {
    this.#process.resize(size);
  }

  /** As a closed tab does. */
  close(): void {
    this.#process.close();
  }
}

export class RealMachine {
  readonly sandbox: Sandbox;
  readonly deaths: readonly MachineDeath[];

  private constructor(sandbox: Sandbox, deaths: readonly MachineDeath[]) {
    this.sandbox = sandbox;
    this.deaths = deaths;
  }

  /** `state`: a folder that keeps the data disk; `platform`: parts to replace. */
  static async start(
    options: {
      readonly assets?: string;
      readonly state?: string;
      readonly platform?: Partial<Platform>;
    } = {},
  ): Promise<RealMachine> {
    const deaths: MachineDeath[] = [];
    const platform = nodePlatform({ assets: options.assets ?? ASSETS_FOLDER, state: options.state });
    const sandbox = await Sandbox.start(
      { ...platform, ...options.platform },
      { onFailure: (death) => deaths.push(death) },
    );
    return new RealMachine(sandbox, deaths);
  }

  async start(line: string, options: CommandOptions = {}): Promise<RunningCommand> {
    return new RunningCommand(await this.sandbox.runCommand(line, { terminal: options.terminal }));
  }

  /** Runs a line in the guest's shell to its end. */
  async run(line: string, options: CommandOptions = {}): Promise<CommandResult> {
    const command = await this.start(line, options);
    if (options.stdin !== undefined) await command.write(options.stdin).catch(() => {});
    if (options.terminal === undefined) await command.closeInput();
    return command.ended;
  }

  /** The output of a line that must succeed, without the last line's end. */
  async output(line: string, options: CommandOptions = {}): Promise<string> {
    const { stdout, stderr, code } = await this.run(line, options);
    if (code !== 0) throw new Error(`${line}\nended with ${code}: ${stdout}${stderr}`);
    return stdout.replace(/\n$/, "");
  }

  end(): Promise<void> {
    return this.sandbox.end();
  }
}

/** One machine for the tests of a file, called at its top. `platform`: parts to replace. */
export function useRealMachine(platform: Partial<Platform> = {}): () => RealMachine {
  let machine: RealMachine | undefined;
  beforeAll(async () => {
    machine = await RealMachine.start({ platform });
  });
  afterEach(({ task }) => {
    if (task.result?.state !== "fail" || !machine) return;
    const deaths = machine.deaths.map((death) => `${death.reason}: ${death.message}\n`).join("");
    console.error(`${deaths}Console of the machine:\n${machine.sandbox.machine.console.tail.slice(-4000)}`);
  });
  afterAll(() => machine?.end());
  return () => {
    if (!machine) throw new Error("the machine has not started");
    return machine;
  };
}
