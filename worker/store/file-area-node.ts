// A folder of files on disk, for Node: the same port as OPFS, with synchronous calls on file descriptors.

import * as fs from "node:fs";
import * as path from "node:path";
import { EngineError } from "../base/errors.ts";
import type { ByteFile, FileArea } from "./byte-file.ts";
import { checkByteCount, checkFileName, isFileName } from "./file-name.ts";

export class NodeFileArea implements FileArea {
  readonly #directory: string;
  readonly #open = new Set<string>();
  readonly #folders = new Map<string, NodeFileArea>();

  /** The directory is made when the first file is. */
  constructor(directory: string) {
    this.#directory = directory;
  }

  async open(name: string, options?: { create?: boolean }): Promise<ByteFile | undefined> {
    const file = this.#closedPath(name);
    const create = options?.create === true;
    if (!create && !fs.existsSync(file)) return undefined;
    const descriptor = attempt(() => {
      if (create) fs.mkdirSync(this.#directory, { recursive: true });
      return fs.openSync(file, fs.constants.O_RDWR | (create ? fs.constants.O_CREAT : 0), 0o644);
    });
    this.#open.add(name);
    return new NodeFile(descriptor, () => this.#open.delete(name));
  }

  async rename(from: string, to: string): Promise<void> {
    const source = this.#closedPath(from);
    const target = this.#closedPath(to);
    attempt(() => fs.renameSync(source, target));
    // The new name lasts once the directory itself is on the medium.
    const directory = fs.openSync(this.#directory, "r");
    try {
      fs.fsyncSync(directory);
    } finally {
      fs.closeSync(directory);
    }
  }

  async remove(name: string): Promise<void> {
    fs.rmSync(this.#closedPath(name), { force: true });
  }

  async list(): Promise<string[]> {
    if (!fs.existsSync(this.#directory)) return [];
    const entries = fs.readdirSync(this.#directory, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && isFileName(entry.name))
      .map((entry) => entry.name)
      .sort();
  }

  folder(name: string): NodeFileArea {
    let folder = this.#folders.get(checkFileName(name));
    if (folder === undefined) {
      folder = new NodeFileArea(path.join(this.#directory, name));
      this.#folders.set(name, folder);
    }
    return folder;
  }

  #closedPath(name: string): string {
    checkFileName(name);
    if (this.#open.has(name)) throw new EngineError("conflict", `the file is open: ${name}`);
    return path.join(this.#directory, name);
  }
}

class NodeFile implements ByteFile {
  readonly #onClose: () => void;
  #descriptor: number | undefined;
  /** Kept here: asking the kernel at every read would double its cost. */
  #sizeBytes: number;

  constructor(descriptor: number, onClose: () => void) {
    this.#descriptor = descriptor;
    this.#onClose = onClose;
    this.#sizeBytes = fs.fstatSync(descriptor).size;
  }

  get sizeBytes(): number {
    this.#opened();
    return this.#sizeBytes;
  }

  readAt(offset: number, into: Uint8Array): number {
    checkByteCount(offset, "offset");
    const descriptor = this.#opened();
    let done = 0;
    while (done < into.byteLength) {
      const count = attempt(() => fs.readSync(descriptor, into, done, into.byteLength - done, offset + done));
      if (count === 0) break;
      done += count;
    }
    return done;
  }

  writeAt(offset: number, bytes: Uint8Array): void {
    checkByteCount(offset, "offset");
    const descriptor = this.#opened();
    for (let done = 0; done < bytes.byteLength; ) {
      done += attempt(() => fs.writeSync(descriptor, bytes, done, bytes.byteLength - done, offset + done));
      this.#sizeBytes = Math.max(this.#sizeBytes, offset + done);
    }
  }

  truncate(sizeBytes: number): void {
    checkByteCount(sizeBytes, "size");
    const descriptor = this.#opened();
    attempt(() => fs.ftruncateSync(descriptor, sizeBytes));
    this.#sizeBytes = sizeBytes;
  }

  flush(): void {
    const descriptor = this.#opened();
    attempt(() => fs.fdatasyncSync(descriptor));
  }

  close(): void {
    if (this.#descriptor === undefined) return;
    fs.closeSync(this.#descriptor);
    this.#descriptor = undefined;
    this.#onClose();
  }

  #opened(): number {
    if (this.#descriptor === undefined) throw new EngineError("internal", "the file is closed");
    return this.#descriptor;
  }
}

function attempt<T>(action: () => T): T {
  try {
    return action();
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    if (code === "ENOSPC" || code === "EDQUOT" || code === "EFBIG")
      throw new EngineError("out-of-space", "no space left on device", { cause });
    if (code === "ENOENT") throw new EngineError("not-found", "no such file", { cause });
    throw cause;
  }
}
