// A folder of files in the browser's origin-private file system, by sync access handles: these exist only in dedicated
// workers, lock their file, and work on the disk without a copy in memory.

import { EngineError } from "../base/errors.ts";
import type { ByteFile, FileArea } from "./byte-file.ts";
import { checkByteCount, checkFileName, isFileName } from "./file-name.ts";

/** Every engine with sync access handles has `move`; the TypeScript library does not name it yet. */
interface MovableFileHandle extends FileSystemFileHandle {
  move?(name: string): Promise<void>;
}

export class OpfsArea implements FileArea {
  readonly #directory: () => Promise<FileSystemDirectoryHandle>;
  /** Undefined while the file is being opened. */
  readonly #open = new Map<string, OpfsFile | undefined>();
  readonly #folders = new Map<string, OpfsArea>();

  /** `directory` is asked at every use, so that a folder deleted from outside comes back. */
  constructor(directory: () => Promise<FileSystemDirectoryHandle> = () => navigator.storage.getDirectory()) {
    this.#directory = directory;
  }

  async open(name: string, options?: { create?: boolean }): Promise<ByteFile | undefined> {
    this.#checkClosed(name);
    this.#open.set(name, undefined);
    try {
      const handle = await this.#handle(name, options?.create === true);
      if (handle !== undefined) {
        const access = await attempt(() => handle.createSyncAccessHandle());
        const file = new OpfsFile(access, () => this.#open.delete(name));
        this.#open.set(name, file);
        return file;
      }
    } catch (error) {
      this.#open.delete(name);
      throw error;
    }
    this.#open.delete(name);
    return undefined;
  }

  async rename(from: string, to: string): Promise<void> {
    this.#checkClosed(from);
    this.#checkClosed(to);
    const handle: MovableFileHandle | undefined = await this.#handle(from, false);
    if (handle === undefined) throw new EngineError("not-found", `no such file: ${from}`);
    if (handle.move === undefined)
      throw new EngineError("unavailable", "this browser cannot rename stored files");
    await handle.move(to);
  }

  async remove(name: string): Promise<void> {
    this.#checkClosed(name);
    const directory = await this.#directory();
    await directory.removeEntry(name).catch(ignoreMissing);
  }

  async list(): Promise<string[]> {
    const names: string[] = [];
    for await (const [name, handle] of (await this.#directory()).entries()) {
      if (handle.kind === "file" && isFileName(name)) names.push(name);
    }
    return names.sort();
  }

  folder(name: string): OpfsArea {
    let folder = this.#folders.get(checkFileName(name));
    if (folder === undefined) {
      folder = new OpfsArea(async () => (await this.#directory()).getDirectoryHandle(name, { create: true }));
      this.#folders.set(name, folder);
    }
    return folder;
  }

  /** Closes whatever is open here and below: for an owner that died, and before another tab takes over. */
  closeAll(): void {
    for (const file of [...this.#open.values()]) file?.close();
    for (const folder of this.#folders.values()) folder.closeAll();
  }

  async #handle(name: string, create: boolean): Promise<FileSystemFileHandle | undefined> {
    const directory = await this.#directory();
    return attempt(() => directory.getFileHandle(name, { create })).catch(ignoreMissing);
  }

  #checkClosed(name: string): void {
    checkFileName(name);
    if (this.#open.has(name)) throw new EngineError("conflict", `the file is open: ${name}`);
  }
}

class OpfsFile implements ByteFile {
  readonly #access: FileSystemSyncAccessHandle;
  readonly #onClose: () => void;
  /** Kept here: the handle is exclusive, and each call on it may cross into another process. */
  #sizeBytes: number;
  #open = true;

  constructor(access: FileSystemSyncAccessHandle, onClose: () => void) {
    this.#access = access;
    this.#onClose = onClose;
    this.#sizeBytes = access.getSize();
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  readAt(offset: number, into: Uint8Array): number {
    checkByteCount(offset, "offset");
    const access = this.#opened();
    if (offset >= this.#sizeBytes) return 0;
    return access.read(into, { at: offset });
  }

  writeAt(offset: number, bytes: Uint8Array): void {
    checkByteCount(offset, "offset");
    const access = this.#opened();
    const written = outOfSpace(() => access.write(bytes, { at: offset }));
    if (written > 0) this.#sizeBytes = Math.max(this.#sizeBytes, offset + written);
    if (written !== bytes.byteLength) throw new EngineError("out-of-space", "no space left in storage");
  }

  truncate(sizeBytes: number): void {
    checkByteCount(sizeBytes, "size");
    const access = this.#opened();
    outOfSpace(() => access.truncate(sizeBytes));
    this.#sizeBytes = sizeBytes;
  }

  flush(): void {
    this.#opened().flush();
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#access.close();
    this.#onClose();
  }

  #opened(): FileSystemSyncAccessHandle {
    if (!this.#open) throw new EngineError("internal", "the file is closed");
    return this.#access;
  }
}

function outOfSpace<T>(action: () => T): T {
  try {
    return action();
  } catch (cause) {
    throw translated(cause);
  }
}

async function attempt<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    throw translated(cause);
  }
}

function translated(cause: unknown): unknown {
  if (!(cause instanceof DOMException)) return cause;
  if (cause.name === "QuotaExceededError")
    return new EngineError("out-of-space", "no space left in storage", { cause });
  if (cause.name === "NoModificationAllowedError")
    return new EngineError("conflict", "the stored file is in use by another tab", { cause });
  return cause;
}

function ignoreMissing(error: unknown): undefined {
  if (error instanceof DOMException && error.name === "NotFoundError") return undefined;
  throw error;
}
