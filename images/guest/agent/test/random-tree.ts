// Makes a directory tree with everything Linux has: links, devices, odd names and owners, attributes, holes.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { dirname, join } from "node:path";
import type { TreeProgram } from "./tree-program.ts";

/** A repeatable source of whole numbers below `bound`. */
export function seededNumbers(seed: string): (bound: number) => number {
  let count = 0;
  return (bound) => createHash("sha256").update(`${seed} ${count++}`).digest().readUInt32LE(0) % bound;
}

const names = [
  "plain",
  "with space",
  "new\nline",
  "größe-日本語-🚢",
  "=equals=",
  "-dash",
  "back\\slash",
  "x".repeat(99),
  "y".repeat(100),
  "z".repeat(101),
  "l".repeat(255),
  "…".repeat(85),
];

const xattrs = ["user.plain", "user.with space", "trusted.slipway", "security.slipway", "user.größe"];

/** How much of it is in the tree: what older tar formats cannot say is left out for them. */
export interface RandomTreeOptions {
  readonly seed: string;
  readonly nodes: number;
  readonly subSecondTimes: boolean;
  readonly xattrs: boolean;
}

export function makeRandomTree(program: TreeProgram, root: string, options: RandomTreeOptions): void {
  const random = seededNumbers(options.seed);
  const directories = [root];
  const files: string[] = [];
  const made: string[] = [];
  fs.mkdirSync(root, { recursive: true });
  for (let i = 0; i < options.nodes; i++) {
    const parent = directories[random(directories.length)]!;
    const path = join(parent, `${names[random(names.length)]}`);
    if (fs.lstatSync(path, { throwIfNoEntry: false })) continue;
    makeNode(random, path, directories, files);
    made.push(path);
  }
  for (const path of made) setOwner(random, path);
  if (options.xattrs) for (const path of made) if (random(3) === 0) setXattr(program, random, path);
  /* Innermost first: a directory's time comes after its content's. */
  for (const path of made.sort((a, b) => b.length - a.length)) {
    const seconds = [random(2 ** 31), -random(2 ** 31), 2 ** 33 + random(1000)][random(8) % 3]!;
    const old = options.subSecondTimes ? seconds + random(1000) / 1000 : Math.abs(seconds) % 2 ** 31;
    fs.lutimesSync(path, old, old);
  }
}

function makeNode(
  random: (bound: number) => number,
  path: string,
  directories: string[],
  files: string[],
): void {
  switch (random(9)) {
    case 0:
    case 1:
    case 2:
      fs.mkdirSync(path);
      directories.push(path);
      return;
    case 3:
      fs.symlinkSync(["../a", "/", "t".repeat(100), "t".repeat(101), "ü".repeat(1000)][random(5)]!, path);
      return;
    case 4:
      execFileSync("mkfifo", ["--", path]);
      return;
    case 5:
      execFileSync("mknod", ["--", path, random(2) ? "c" : "b", `${random(4096)}`, `${random(1 << 20)}`]);
      return;
    case 6:
      if (files.length > 0) {
        fs.linkSync(files[random(files.length)]!, path);
        return;
      }
  }
  writeFile(random, path);
  files.push(path);
}

function writeFile(random: (bound: number) => number, path: string): void {
  const size = [0, 1, 511, 512, 513, 4096, 100_000][random(7)]!;
  const content = Buffer.alloc(size);
  for (let at = 0; at < size; at += 32)
    content.set(
      createHash("sha256")
        .update(`${path}${at}`)
        .digest()
        .subarray(0, size - at),
      at,
    );
  const fd = fs.openSync(path, "wx");
  fs.writeSync(fd, content);
  if (random(4) === 0) {
    fs.ftruncateSync(fd, (1 << 20) + random(10_000));
    fs.writeSync(fd, "after a hole", 500_000 + random(10_000));
  }
  fs.closeSync(fd);
}

function setOwner(random: (bound: number) => number, path: string): void {
  const ids = [0, 1000, 65534, 2097151, 2097152, 4_000_000_000];
  fs.lchownSync(path, ids[random(ids.length)]!, ids[random(ids.length)]!);
  const status = fs.lstatSync(path);
  if (!status.isSymbolicLink()) fs.chmodSync(path, random(0o10000));
}

function setXattr(program: TreeProgram, random: (bound: number) => number, path: string): void {
  const status = fs.lstatSync(path);
  let name = xattrs[random(xattrs.length)]!;
  /* The kernel keeps user.* to files and directories. */
  if (!status.isFile() && !status.isDirectory()) name = "trusted.slipway";
  const value = Buffer.from([
    0,
    0xff,
    0x0a,
    0x3d,
    0x20,
    ...Array.from({ length: random(300) }, () => random(256)),
  ]);
  program.must(["xattr", path, name, value.toString("hex")]);
}

/** A path of `levels` directories below `root`, made, whose whole name is longer than any one tar field. */
export function makeLongPath(root: string, levels: number): void {
  let path = root;
  for (let i = 0; i < levels; i++) path = join(path, `${i}-${"n".repeat(60)}`);
  fs.mkdirSync(path, { recursive: true });
  fs.writeFileSync(join(path, "file"), "deep\n");
  fs.linkSync(join(path, "file"), join(dirname(path), "link to it"));
}
