// Blobs by the SHA-256 of their content, over a FileArea. A blob appears complete or not at all: it is written to a temporary
// file, hashed, flushed and renamed; temporary files that a killed process left are removed at the next opening.

import { EngineError } from "../base/errors.ts";
import { Mutex } from "../base/mutex.ts";
import { BlobWriter } from "./blob-writer.ts";
import type { ByteFile, FileArea } from "./byte-file.ts";
import type { Sha256Digest } from "./sha256.ts";

const BLOB_PREFIX = "sha256-";
const TEMPORARY_PREFIX = "temporary-";

interface OpenBlob {
  readonly file: ByteFile;
  users: number;
}

export class BlobStore {
  readonly #area: FileArea;
  readonly #digests: Set<string>;
  /** Everyone who reads a blob shares one file: a FileArea opens each once. */
  readonly #open = new Map<string, OpenBlob>();
  /** Openings and removals one after another: each consists of several steps. */
  readonly #mutex = new Mutex();
  #nextTemporary = 0;

  private constructor(area: FileArea, digests: Set<string>) {
    this.#area = area;
    this.#digests = digests;
  }

  /** `area` is the store's alone. */
  static async open(area: FileArea): Promise<BlobStore> {
    const digests = new Set<string>();
    for (const name of await area.list()) {
      if (name.startsWith(TEMPORARY_PREFIX)) await area.remove(name);
      else if (/^sha256-[0-9a-f]{64}$/.test(name)) digests.add(`sha256:${name.slice(BLOB_PREFIX.length)}`);
    }
    return new BlobStore(area, digests);
  }

  has(digest: Sha256Digest): boolean {
    return this.#digests.has(digest);
  }

  list(): Sha256Digest[] {
    return [...this.#digests].sort() as Sha256Digest[];
  }

  /** A new blob; nothing is visible until its commit(). */
  async create(): Promise<BlobWriter> {
    const temporary = await this.temporaryFile();
    return new BlobWriter(temporary.file, {
      keep: (digest) => this.#keep(temporary.name, digest),
      drop: () => this.#area.remove(temporary.name),
    });
  }

  /** A file for a while, gone at the latest when the store is opened again. The caller closes it and then calls `remove`. */
  async temporaryFile(): Promise<{ name: string; file: ByteFile; remove: () => Promise<void> }> {
    const name = `${TEMPORARY_PREFIX}${this.#nextTemporary++}`;
    const file = await this.#area.open(name, { create: true });
    if (file === undefined) throw new EngineError("internal", `cannot create ${name}`);
    file.truncate(0);
    return { name, file, remove: () => this.#area.remove(name) };
  }

  /** The blob to read, shared with others: close it once when done. Rejects with EngineError("not-found"). */
  open(digest: Sha256Digest): Promise<ByteFile> {
    return this.#mutex.run(async () => {
      if (!this.#digests.has(digest)) throw new EngineError("not-found", `no such blob: ${digest}`);
      let blob = this.#open.get(digest);
      if (blob === undefined) {
        blob = { file: await this.#openFile(digest), users: 0 };
        this.#open.set(digest, blob);
      }
      const opened = blob;
      opened.users++;
      return new SharedFile(opened.file, () => this.#leave(digest, opened));
    });
  }

  /** A no-op when there is none. Rejects with EngineError("conflict") while it is open. */
  remove(digest: Sha256Digest): Promise<void> {
    return this.#mutex.run(async () => {
      if (!this.#digests.has(digest)) return;
      if (this.#open.has(digest)) throw new EngineError("conflict", `the blob is in use: ${digest}`);
      this.#digests.delete(digest);
      await this.#area.remove(fileName(digest));
    });
  }

  #keep(temporary: string, digest: Sha256Digest): Promise<void> {
    return this.#mutex.run(async () => {
      // The same content is there already, and maybe open.
      if (this.#digests.has(digest)) return this.#area.remove(temporary);
      await this.#area.rename(temporary, fileName(digest));
      this.#digests.add(digest);
    });
  }

  async #openFile(digest: Sha256Digest): Promise<ByteFile> {
    const file = await this.#area.open(fileName(digest));
    if (file !== undefined) return file;
    this.#digests.delete(digest);
    throw new EngineError("corrupt", `the stored blob is gone: ${digest}`);
  }

  #leave(digest: Sha256Digest, blob: OpenBlob): void {
    blob.users--;
    if (blob.users > 0) return;
    this.#open.delete(digest);
    blob.file.close();
  }
}

function fileName(digest: Sha256Digest): string {
  return BLOB_PREFIX + digest.slice("sha256:".length);
}

/** One reader's view of a shared file; blobs do not change. */
class SharedFile implements ByteFile {
  readonly #file: ByteFile;
  readonly #leave: () => void;
  #open = true;

  constructor(file: ByteFile, leave: () => void) {
    this.#file = file;
    this.#leave = leave;
  }

  get sizeBytes(): number {
    return this.#file.sizeBytes;
  }

  readAt(offset: number, into: Uint8Array): number {
    if (!this.#open) throw new EngineError("internal", "the file is closed");
    return this.#file.readAt(offset, into);
  }

  writeAt(): never {
    throw new EngineError("forbidden", "a blob cannot be changed");
  }

  truncate(): never {
    throw new EngineError("forbidden", "a blob cannot be changed");
  }

  flush(): void {}

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#leave();
  }
}
