// A folder of files in memory: for tests, and for a visitor who asks that nothing be kept.

import { EngineError } from "../base/errors.ts";
import type { ByteFile, FileArea } from "./byte-file.ts";
import { checkFileName } from "./file-name.ts";
import { MemoryContent, MemoryFile } from "./memory-file.ts";

export class MemoryArea implements FileArea {
  readonly #files = new Map<string, MemoryContent>();
  readonly #folders = new Map<string, MemoryArea>();
  readonly #open = new Set<string>();

  async open(name: string, options?: { create?: boolean }): Promise<ByteFile | undefined> {
    this.#checkClosed(name);
    let content = this.#files.get(name);
    if (content === undefined) {
      if (options?.create !== true) return undefined;
      content = new MemoryContent();
      this.#files.set(name, content);
    }
    this.#open.add(name);
    return new MemoryFile(content, () => this.#open.delete(name));
  }

  async rename(from: string, to: string): Promise<void> {
    this.#checkClosed(from);
    this.#checkClosed(to);
    const content = this.#files.get(from);
    if (content === undefined) throw new EngineError("not-found", `no such file: ${from}`);
    this.#files.delete(from);
    this.#files.set(to, content);
  }

  async remove(name: string): Promise<void> {
    this.#checkClosed(name);
    this.#files.delete(name);
  }

  async list(): Promise<string[]> {
    return [...this.#files.keys()].sort();
  }

  folder(name: string): MemoryArea {
    checkFileName(name);
    let folder = this.#folders.get(name);
    if (folder === undefined) {
      folder = new MemoryArea();
      this.#folders.set(name, folder);
    }
    return folder;
  }

  /** Memory that the files of this folder and those below it take. */
  get usedBytes(): number {
    let used = 0;
    for (const content of this.#files.values()) used += content.usedBytes;
    for (const folder of this.#folders.values()) used += folder.usedBytes;
    return used;
  }

  #checkClosed(name: string): void {
    checkFileName(name);
    if (this.#open.has(name)) throw new EngineError("conflict", `the file is open: ${name}`);
  }
}
