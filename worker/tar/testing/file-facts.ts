// What there is to know about each file of a tree, in a form to compare: from a folder on disk, from a tar, from an image.

import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { chunksOf } from "../../base/streams.ts";
import { entryPathSegments } from "../entry-path.ts";
import { decodePath, encodePath } from "../path-bytes.ts";
import type { TarEntry } from "../tar-entry.ts";
import type { TarLimits } from "../tar-limits.ts";
import { TarParser } from "../tar-parser.ts";

export interface FileFacts {
  type: string;
  mode: string;
  owner: string;
  /** Nanoseconds since 1970. */
  mtime: string;
  size: number;
  hash: string;
  target: string;
  device: string;
  /** "name=hex", sorted; left out when unknown. */
  xattrs?: string[];
  /** All names of the file, sorted. */
  names: string[];
}

export type TreeFacts = Map<string, FileFacts>;

export function factsOf(entry: TarEntry, hash: string): FileFacts {
  return {
    type: entry.type,
    mode: entry.mode.toString(8),
    owner: `${entry.uid}:${entry.gid}`,
    mtime: String(BigInt(entry.mtimeSec) * 1_000_000_000n + BigInt(entry.mtimeNsec)),
    size: entry.sizeBytes,
    hash,
    target: entry.type === "hardlink" ? "" : entry.linkPath,
    device: `${entry.deviceMajor}:${entry.deviceMinor}`,
    xattrs: [...entry.xattrs].map(([name, value]) => `${name}=${Buffer.from(value).toString("hex")}`).sort(),
    names: [],
  };
}

/** Adds an entry, or another name of one that is there. */
export function addFacts(tree: TreeFacts, entry: TarEntry, hash: string): void {
  const path = entryPathSegments(entry.path).join("/");
  const link = entryPathSegments(entry.type === "hardlink" ? entry.linkPath : "").join("/");
  const facts = entry.type === "hardlink" ? tree.get(link) : factsOf(entry, hash);
  if (facts === undefined) throw new Error(`${path} links to ${link}, which is missing`);
  tree.set(path, facts);
  facts.names = [...facts.names, path].sort();
}

/** A tree as plain text per file: what a failed comparison shows. */
export function lines(tree: TreeFacts, ignore: readonly (keyof FileFacts)[] = []): string[] {
  return [...tree]
    .map(([path, facts]) => {
      const kept = Object.entries(facts).filter(([key]) => !ignore.includes(key as keyof FileFacts));
      return `${JSON.stringify(path)} ${JSON.stringify(Object.fromEntries(kept))}`;
    })
    .sort();
}

export function tarFacts(archive: Uint8Array, limits: TarLimits = {}, chunkBytes = 65_536): TreeFacts {
  const tree: TreeFacts = new Map();
  let hash = createHash("sha256");
  let entry: TarEntry | undefined;
  let bytes = 0;
  const parser = new TarParser(
    {
      entry(next) {
        entry = next;
        hash = createHash("sha256");
        bytes = 0;
      },
      data(chunk) {
        bytes += chunk.byteLength;
        hash.update(chunk);
      },
      end() {
        if (bytes !== entry!.sizeBytes)
          throw new Error(`${entry!.path}: ${bytes} of ${entry!.sizeBytes} bytes`);
        addFacts(tree, entry!, entry!.type === "file" ? hash.digest("hex") : "");
      },
    },
    limits,
  );
  for (let at = 0; at < archive.byteLength; at += chunkBytes)
    parser.push(archive.subarray(at, at + chunkBytes));
  parser.finish();
  return tree;
}

export async function hashOf(content: ReadableStream<Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of chunksOf(content)) hash.update(chunk);
  return hash.digest("hex");
}

/** A folder on disk; without xattrs, which Node cannot read. */
export function diskFacts(root: string): TreeFacts {
  const tree: TreeFacts = new Map();
  const byInode = new Map<bigint, FileFacts>();
  const visit = (path: string) => {
    const full = Buffer.concat([Buffer.from(`${root}/`), encodePath(path)]);
    const stat = fs.lstatSync(full, { bigint: true });
    const facts = byInode.get(stat.ino) ?? statFacts(full, stat);
    byInode.set(stat.ino, facts);
    facts.names = [...facts.names, path].sort();
    tree.set(path, facts);
    if (!stat.isDirectory()) return;
    for (const name of fs.readdirSync(full, { encoding: "buffer" })) {
      visit(path === "" ? decodePath(name) : `${path}/${decodePath(name)}`);
    }
  };
  visit("");
  return tree;
}

function statFacts(full: Buffer, stat: fs.BigIntStats): FileFacts {
  const type = stat.isFile()
    ? "file"
    : stat.isDirectory()
      ? "directory"
      : stat.isSymbolicLink()
        ? "symlink"
        : stat.isFIFO()
          ? "fifo"
          : stat.isBlockDevice()
            ? "block"
            : "char";
  const isDevice = type === "char" || type === "block";
  const device = Number(isDevice ? stat.rdev : 0n);
  return {
    type,
    mode: (Number(stat.mode) & 0o7777).toString(8),
    owner: `${stat.uid}:${stat.gid}`,
    mtime: String(stat.mtimeNs),
    size: type === "file" ? Number(stat.size) : 0,
    hash: type === "file" ? createHash("sha256").update(fs.readFileSync(full)).digest("hex") : "",
    target: type === "symlink" ? decodePath(fs.readlinkSync(full, { encoding: "buffer" })) : "",
    device: `${(device >> 8) & 0xfff}:${(device & 0xff) | ((device >> 12) & 0xfff00)}`,
    names: [],
  };
}
