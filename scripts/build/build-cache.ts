// Where build steps keep what they made: FOLDER/steps/NAME/KEY, complete or absent (a step writes elsewhere, then renames).
import { existsSync, readFileSync } from "node:fs";
import { mkdir, open, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const keptPerStep = 3;
/** So long a build can still be reading what it was given. */
const inUseMs = 3_600_000;

/** $SLIPWAY_CACHE, else slipway in the person's cache folder. */
export function cacheFolder(): string {
  const own = process.env.SLIPWAY_CACHE;
  if (own) return own;
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "slipway");
}

function processStart(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ")[19];
  } catch {
    return undefined;
  }
}

export class BuildCache {
  readonly folder: string;
  constructor(folder: string) {
    this.folder = folder;
  }

  stepFolder(name: string, key: string): string {
    return join(this.folder, "steps", name, key);
  }

  logFile(name: string): string {
    return join(this.folder, "logs", `${name}.log`);
  }

  /** The kept output of a step, marked as used just now; undefined when it must be made. */
  async find(name: string, key: string): Promise<string | undefined> {
    const folder = this.stepFolder(name, key);
    if (!existsSync(folder)) return undefined;
    const now = new Date();
    await utimes(folder, now, now);
    return folder;
  }

  /** Moves a finished output to its place and drops all but the last few of the step and those that another build may be using. */
  async keep(name: string, key: string, made: string): Promise<string> {
    const folder = this.stepFolder(name, key);
    await mkdir(join(this.folder, "steps", name), { recursive: true });
    await rename(made, folder);
    const now = new Date();
    await utimes(folder, now, now);
    await this.#prune(name);
    return folder;
  }

  async #prune(name: string): Promise<void> {
    const parent = join(this.folder, "steps", name);
    const entries = await Promise.all(
      (await readdir(parent)).map(async (key) => ({ key, usedMs: (await stat(join(parent, key))).mtimeMs })),
    );
    entries.sort((a, b) => b.usedMs - a.usedMs);
    const unused = entries.slice(keptPerStep).filter(({ usedMs }) => Date.now() - usedMs > inUseMs);
    for (const { key } of unused) await rm(join(parent, key), { recursive: true });
  }

  /** Waits until no other process holds the lock of this name; returns what gives it back. */
  async lock(name: string, onWait: (pid: number) => void = () => undefined): Promise<() => Promise<void>> {
    const folder = join(this.folder, "locks");
    await mkdir(folder, { recursive: true });
    const path = join(folder, name);
    let told = false;
    for (;;) {
      if (await takeLock(path)) return () => rm(path, { force: true });
      const holder = await lockHolder(path);
      if (holder === undefined) await rm(path, { force: true });
      else {
        if (!told) onWait(holder);
        told = true;
        await sleep(300);
      }
    }
  }
}

async function takeLock(path: string): Promise<boolean> {
  const file = await open(path, "wx").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EEXIST") return undefined;
    throw error;
  });
  if (!file) return false;
  await file.writeFile(`${process.pid} ${processStart(process.pid) ?? ""}`);
  await file.close();
  return true;
}

/** The process that holds a lock; undefined when it ended without giving it back. */
async function lockHolder(path: string): Promise<number | undefined> {
  try {
    const [pid = "", start = ""] = readFileSync(path, "utf8").split(" ");
    const ageMs = Date.now() - (await stat(path)).mtimeMs;
    if (pid === "") return ageMs < 2_000 ? 0 : undefined; // being written
    return processStart(Number(pid)) === start ? Number(pid) : undefined;
  } catch {
    return 0; // just given back
  }
}
