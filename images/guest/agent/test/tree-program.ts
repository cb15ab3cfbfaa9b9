// Compiles the agent's tree and tar functions with tree-test.c into a program of this computer, with the compiler's
// sanitizers, once per state of the sources; and runs it.
import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const agentDirectory = join(import.meta.dirname, "..");

const compilerFlags = [
  ..."-std=gnu11 -O1 -g -Wall -Wextra -Werror -pthread -static-libasan".split(" "),
  ..."-D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64".split(" "),
  ..."-fsanitize=address,undefined -fno-sanitize-recover=all".split(" "),
];

/** Whether this computer can run these tests: they make devices and foreign owners, so they need root, and gcc and GNU tar. */
export function canRunTreeProgram(): boolean {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return false;
  return ["gcc", "tar"].every((tool) => spawnSync(tool, ["--version"]).status === 0);
}

function sourceFiles(): string[] {
  const own = /^(bytes|confine|file-data|inode-map|node|tar-.*|tree-.*|walk|tar|tree)\.[ch]$/;
  const files = readdirSync(agentDirectory).filter((name) => own.test(name));
  return [...files.sort(), "test/tree-test.c"].map((name) => join(agentDirectory, name));
}

/** Compiles when the sources have changed, and returns the program's path. */
export function buildTreeProgram(): string {
  const sources = sourceFiles();
  const hash = createHash("sha256").update(compilerFlags.join(" "));
  for (const file of sources) hash.update(readFileSync(file));
  const directory = join(tmpdir(), "slipway-tree-test");
  const program = join(directory, hash.digest("hex").slice(0, 16));
  if (existsSync(program)) return program;
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const unfinished = `${program}.${process.pid}`;
  const units = sources.filter((file) => file.endsWith(".c"));
  const { status, stderr } = spawnSync("gcc", [...compilerFlags, "-o", unfinished, ...units]);
  if (status !== 0) throw new Error(`gcc failed:\n${stderr}`);
  renameSync(unfinished, program);
  return program;
}

export interface TreeProgram {
  readonly path: string;
  /** Runs an operation; exit code 0, or 1 with "ERRNO message" on stderr. Anything else is a crash or a leak. */
  run(args: readonly string[], input?: Uint8Array): SpawnSyncReturns<Buffer>;
  /** Runs an operation that must succeed and returns what it writes. */
  must(args: readonly string[], input?: Uint8Array): Buffer;
  /** Every node of a tree with all that is known of it, one a line, sorted; without the tree's own root. */
  list(directory: string): string[];
}

export function openTreeProgram(): TreeProgram {
  const program = buildTreeProgram();
  const run = (args: readonly string[], input: Uint8Array = new Uint8Array()) =>
    spawnSync(program, args, { input, maxBuffer: 256 << 20 });
  const must = (args: readonly string[], input?: Uint8Array) => {
    const result = run(args, input);
    if (result.status !== 0) throw new Error(`${args.join(" ")}: ${result.status} ${result.stderr}`);
    return result.stdout;
  };
  const list = (directory: string) =>
    must(["list", directory])
      .toString()
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith(". "))
      .sort();
  return { path: program, run, must, list };
}

export function makeTemporaryDirectory(): string {
  return mkdtempSync(join(tmpdir(), "slipway-tree-"));
}
