// Runs build steps: each at most once, after those it depends on, two at a time, kept by the key of its inputs.
import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BuildCache } from "./build-cache.ts";
import type { BuildStep, StepInputs } from "./build-step.ts";
import { hashFiles, keyOf } from "./content-key.ts";
import type { PrivateApt } from "./debian/private-apt.ts";
import { CommandError } from "./run-command.ts";
import { runSeparately } from "./run-separately.ts";
import { type StepPlace, stepContext } from "./step-context.ts";

export interface BuildOptions {
  readonly root: string;
  readonly cache: BuildCache;
  readonly apt: PrivateApt;
  readonly say: (line: string) => void;
  readonly concurrency?: number;
}

export interface StepResult {
  readonly key: string;
  readonly folder: string;
  /** Milliseconds it took; 0 when it was kept. */
  readonly tookMs: number;
}

/** A step that failed, told so that a person can act on it. */
export class StepError extends Error {
  constructor(step: string, logFile: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const tail = cause instanceof CommandError && cause.tail ? `\n${cause.tail.replace(/^/gm, "    ")}` : "";
    const log = existsSync(logFile) ? `\n  The whole log: ${logFile}` : "";
    super(`Build step "${step}" failed: ${reason}${tail}${log}`, { cause });
  }
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

class StepRun {
  readonly #options: BuildOptions;
  readonly #running = new Map<BuildStep, Promise<StepResult>>();
  #free: number;
  readonly #waiting: (() => void)[] = [];
  /** The first failure; what fails after it is only its consequence. */
  failure: unknown;

  constructor(options: BuildOptions) {
    this.#options = options;
    this.#free = options.concurrency ?? 2;
  }

  result(step: BuildStep): Promise<StepResult> {
    let running = this.#running.get(step);
    if (!running) {
      running = this.#obtain(step);
      running.catch((error: unknown) => {
        this.failure ??= error;
      });
      this.#running.set(step, running);
    }
    return running;
  }

  async #obtain(step: BuildStep): Promise<StepResult> {
    const { cache, say } = this.#options;
    const needed = await this.#results(step.dependsOn);
    try {
      const key = await this.#key(step, needed);
      const kept = await cache.find(step.name, key);
      if (kept) {
        say(`✓ ${step.name.padEnd(14)} kept`);
        return { key, folder: kept, tookMs: 0 };
      }
      const used = await this.#results(step.uses ?? []);
      await this.#enter();
      const unlock = await cache.lock(`step-${step.name}`, (pid) =>
        say(`  ${step.name.padEnd(14)} waiting for another build (process ${pid})`),
      );
      try {
        if (this.failure !== undefined) throw new Error("another step failed");
        const madeElsewhere = await cache.find(step.name, key);
        if (madeElsewhere) return { key, folder: madeElsewhere, tookMs: 0 };
        say(`▸ ${step.name.padEnd(14)} ${step.title}`);
        const began = performance.now();
        const folder = await this.#make(step, key, new Map([...needed, ...used]));
        const tookMs = performance.now() - began;
        say(`✓ ${step.name.padEnd(14)} ${seconds(tookMs)}`);
        return { key, folder, tookMs };
      } finally {
        await unlock();
        this.#leave();
      }
    } catch (cause) {
      throw cause instanceof StepError ? cause : new StepError(step.name, cache.logFile(step.name), cause);
    }
  }

  async #results(steps: readonly BuildStep[]): Promise<Map<BuildStep, StepResult>> {
    const results = await Promise.all(steps.map((step) => this.result(step)));
    return new Map(steps.map((step, index) => [step, results[index]!]));
  }

  async #key(step: BuildStep, needed: ReadonlyMap<BuildStep, StepResult>): Promise<string> {
    const { root, apt } = this.#options;
    const inputs: StepInputs = { root, apt, hashFiles: (...paths) => hashFiles(root, paths) };
    const parts: Record<string, string> = { ...(await step.inputs(inputs)), step: step.name };
    for (const [dependency, { key }] of needed) parts[`step ${dependency.name}`] = key;
    return keyOf(parts);
  }

  async #make(step: BuildStep, key: string, outputs: ReadonlyMap<BuildStep, StepResult>): Promise<string> {
    const { cache, root, say } = this.#options;
    // Named by the step alone, whose lock is held: what a build that was stopped left there goes.
    const temporary = join(cache.folder, "tmp", step.name);
    await rm(temporary, { recursive: true, force: true });
    const [outputDir, workDir] = [join(temporary, "out"), join(temporary, "work")];
    await mkdir(outputDir, { recursive: true });
    await mkdir(workDir);
    await mkdir(join(cache.folder, "logs"), { recursive: true });
    const logFile = cache.logFile(step.name);
    await writeFile(logFile, "");
    const place: StepPlace = {
      root,
      outputDir,
      workDir,
      logFile,
      outputs: Object.fromEntries([...outputs].map(([{ name }, { folder }]) => [name, folder])),
    };
    const progress = (message: string) => say(`  ${step.name.padEnd(14)} ${message}`);
    if (step.separate) await runSeparately(step.name, place, cache.folder, progress);
    else await step.run(stepContext(step.name, place, this.#options.apt, progress));
    const folder = await cache.keep(step.name, key, outputDir);
    await rm(temporary, { recursive: true, force: true });
    return folder;
  }

  async #enter(): Promise<void> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free += 1;
  }
}

/** Makes every step named, and what it depends on. Rejects with the first StepError, after steps under way have ended. */
export async function runSteps(
  steps: readonly BuildStep[],
  options: BuildOptions,
): Promise<Map<BuildStep, StepResult>> {
  const run = new StepRun(options);
  await Promise.allSettled(steps.map((step) => run.result(step)));
  if (run.failure !== undefined) throw run.failure;
  const results = new Map<BuildStep, StepResult>();
  const add = async (step: BuildStep): Promise<void> => {
    if (results.has(step)) return;
    results.set(step, await run.result(step));
    for (const dependency of step.dependsOn) await add(dependency);
  };
  for (const step of steps) await add(step);
  return results;
}
