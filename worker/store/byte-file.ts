// A file with random access, and the folder such files live in. Synchronous once open, as OPFS's sync access handles are:
// the machine's disks read and write in the middle of a guest instruction. Memory, Node and OPFS implement it; one test suite serves all.

export interface ByteFile {
  readonly sizeBytes: number;
  /** Reads up to `into.byteLength` bytes from `offset`; returns how many (fewer only at the end of the file). */
  readAt(offset: number, into: Uint8Array): number;
  /** Writes all of `bytes` at `offset`, growing the file; a gap reads as zeros. Throws EngineError("out-of-space") when there is no room. */
  writeAt(offset: number, bytes: Uint8Array): void;
  truncate(sizeBytes: number): void;
  /** Forces what was written to the medium. */
  flush(): void;
  close(): void;
}

/** A flat folder of files. Names match `[A-Za-z0-9._-]+` and do not start with a dot. */
export interface FileArea {
  /** Opens for reading and writing; undefined when it does not exist and `create` is not set. A file is open once at a time. */
  open(name: string, options?: { create?: boolean }): Promise<ByteFile | undefined>;
  /** Replaces `to` in one step. Neither may be open. */
  rename(from: string, to: string): Promise<void>;
  /** A no-op when there is none. */
  remove(name: string): Promise<void>;
  list(): Promise<string[]>;
  /** An area of its own below this one. */
  folder(name: string): FileArea;
}
