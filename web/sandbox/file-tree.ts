// Trees of files as WebContainer's users know them, and as tar, which is how they come into the machine and out of it.

import {
  encodeTarHeader,
  type TarEntry,
  tarEntry,
  tarMembers,
  tarPadding,
  tarTrailer,
} from "../../worker/rpc/tar.ts";
import { sandboxMessage } from "./sandbox-messages.ts";

export interface FileNode {
  readonly file: { readonly contents: string | Uint8Array };
}

export interface SymlinkNode {
  readonly file: { readonly symlink: string };
}

export interface DirectoryNode {
  readonly directory: FileSystemTree;
}

export interface FileSystemTree {
  readonly [name: string]: FileNode | SymlinkNode | DirectoryNode;
}

export interface ArchiveFile {
  readonly entry: TarEntry;
  readonly content: Uint8Array;
}

const MAX_DEPTH = 100;

/** What the tree holds, folders before what is in them. Throws RangeError for a name that no file can have. */
export function filesOfTree(tree: FileSystemTree, folder = "", depth = 0): ArchiveFile[] {
  if (depth > MAX_DEPTH) throw new RangeError(sandboxMessage("mount.depth"));
  return Object.entries(tree).flatMap(([name, node]) => {
    if (name === "" || name === "." || name === ".." || /[/\0]/.test(name))
      throw new RangeError(sandboxMessage("mount.name", { name: JSON.stringify(name) }));
    const path = folder + name;
    if ("directory" in node)
      return [fileOf({ path, type: "directory" }), ...filesOfTree(node.directory, `${path}/`, depth + 1)];
    if ("symlink" in node.file) return [fileOf({ path, type: "symlink", linkPath: node.file.symlink })];
    const { contents } = node.file;
    const content = typeof contents === "string" ? new TextEncoder().encode(contents) : contents;
    return [fileOf({ path, type: "file", sizeBytes: content.byteLength }, content)];
  });
}

function fileOf(entry: Parameters<typeof tarEntry>[0], content: Uint8Array = new Uint8Array()): ArchiveFile {
  return { entry: tarEntry({ mtimeSec: Math.floor(Date.now() / 1000), ...entry }), content };
}

/** An archive of the files, in their order. */
export function tarOfFiles(files: readonly ArchiveFile[]): Blob {
  const parts = files.flatMap(({ entry, content }) => [
    encodeTarHeader(entry),
    content,
    tarPadding(content.byteLength),
  ]);
  return new Blob([...parts, tarTrailer] as Uint8Array<ArrayBuffer>[]);
}

/** The members of `tar -c .`, named from its folder on. What is no file, folder or symlink is left out. */
export async function filesOfTar(
  tar: ReadableStream<Uint8Array>,
  wanted: (path: string) => boolean,
): Promise<ArchiveFile[]> {
  const files: ArchiveFile[] = [];
  for await (const { entry, content } of tarMembers(tar)) {
    const path = entry.path.replace(/^\.(?:\/|$)/, "").replace(/\/$/, "");
    if (path === "" || !["file", "directory", "symlink"].includes(entry.type)) continue;
    if (!wanted(path)) continue;
    const bytes = entry.type === "file" ? await bytesOf(content) : new Uint8Array();
    files.push({ entry: { ...entry, path }, content: bytes });
  }
  return files;
}

/** Folders that only their content names are made. Text is text, other content stays bytes. */
export function treeOfFiles(files: readonly ArchiveFile[]): FileSystemTree {
  const root: Record<string, FileNode | SymlinkNode | DirectoryNode> = Object.create(null);
  for (const { entry, content } of files) {
    const names = entry.path.split("/");
    const name = names.pop()!;
    let folder = root;
    for (const parent of names) {
      const known = folder[parent];
      const directory = known !== undefined && "directory" in known ? known.directory : Object.create(null);
      folder[parent] = { directory };
      folder = directory;
    }
    if (entry.type === "directory") folder[name] ??= { directory: Object.create(null) };
    else if (entry.type === "symlink") folder[name] = { file: { symlink: entry.linkPath } };
    else folder[name] = { file: { contents: textOrBytes(content) } };
  }
  return root;
}

function textOrBytes(content: Uint8Array): string | Uint8Array {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return content;
  }
}

async function bytesOf(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer());
}
