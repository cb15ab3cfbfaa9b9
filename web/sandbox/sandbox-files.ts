// Files of the machine, with the names and forms of WebContainer's `fs`. Each call is one command of the guest; paths are relative to the
// sandbox's working folder, and absolute ones are the machine's own.

import { shellWord, shellWords } from "../app/shell-words.ts";
import { FileError } from "./file-error.ts";
import { guestPath } from "./guest-path.ts";
import type { RunCommand } from "./run-command.ts";
import { type FileWatcher, type WatchListener, type WatchOptions, watchFiles } from "./watch-files.ts";

/** An entry of a folder: a symlink is neither. */
export interface DirEnt<Name = string> {
  readonly name: Name;
  isFile(): boolean;
  isDirectory(): boolean;
}

export type TextEncoding = "utf8" | "utf-8";

export class SandboxFiles {
  readonly #run: RunCommand;
  readonly #workdir: string;

  constructor(run: RunCommand, workdir: string) {
    this.#run = run;
    this.#workdir = workdir;
  }

  /** Names, in no order; with `withFileTypes` what they are. Rejects with FileError, as all of these. */
  readdir(
    path: string,
    options?: TextEncoding | { encoding?: TextEncoding; withFileTypes?: false },
  ): Promise<string[]>;
  readdir(path: string, options: { encoding?: TextEncoding; withFileTypes: true }): Promise<DirEnt[]>;
  async readdir(
    path: string,
    options?: TextEncoding | { readonly withFileTypes?: boolean },
  ): Promise<string[] | DirEnt[]> {
    // The dot follows a symlink, and refuses what is no folder.
    const folder = shellWord(`${this.#resolve(path)}/.`);
    const line = `exec find ${folder} -mindepth 1 -maxdepth 1 -printf '%y/%f\\0'`;
    const listed = new TextDecoder().decode(await this.#output("scandir", path, line));
    const entries = listed.split("\0").slice(0, -1);
    const names = entries.map((entry) => entry.slice(2));
    if (typeof options !== "object" || !options.withFileTypes) return names;
    return names.map((name, index) => ({
      name,
      isFile: () => entries[index]!.startsWith("f/"),
      isDirectory: () => entries[index]!.startsWith("d/"),
    }));
  }

  readFile(path: string, encoding?: null): Promise<Uint8Array<ArrayBuffer>>;
  readFile(path: string, encoding: TextEncoding): Promise<string>;
  async readFile(path: string, encoding?: TextEncoding | null): Promise<Uint8Array<ArrayBuffer> | string> {
    const bytes = await this.#output("open", path, `exec cat -- ${shellWord(this.#resolve(path))}`);
    return encoding ? new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes) : bytes;
  }

  /** Makes the file or replaces what is in it; its folder must be there. */
  async writeFile(path: string, data: string | Uint8Array): Promise<void> {
    const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
    await this.#output("open", path, `exec cat > ${shellWord(this.#resolve(path))}`, bytes);
  }

  /** `recursive` makes what is missing above it, and takes a folder that is there. */
  async mkdir(path: string, options: { readonly recursive?: boolean } = {}): Promise<void> {
    const flags = options.recursive ? ["-p"] : [];
    await this.#done("mkdir", path, ["mkdir", ...flags, "--", this.#resolve(path)]);
  }

  /** `force`: what is not there counts as removed. `recursive`: folders with all that is in them. */
  async rm(
    path: string,
    options: { readonly force?: boolean; readonly recursive?: boolean } = {},
  ): Promise<void> {
    const flags = [...(options.force ? ["-f"] : []), ...(options.recursive ? ["-r"] : [])];
    await this.#done("rm", path, ["rm", ...flags, "--", this.#resolve(path)]);
  }

  async rename(oldPath: string, newPath: string): Promise<void> {
    const words = ["mv", "-f", "-T", "--", this.#resolve(oldPath), this.#resolve(newPath)];
    await this.#done("rename", oldPath, words);
  }

  /** Calls back for what happens to a file or in a folder; with `recursive` also in folders below it, later ones included. */
  watch(path: string, listener: WatchListener): FileWatcher;
  watch(path: string, options: WatchOptions | undefined, listener: WatchListener): FileWatcher;
  watch(path: string, second: WatchOptions | WatchListener | undefined, third?: WatchListener): FileWatcher {
    const [options, listener] = typeof second === "function" ? [{}, second] : [second ?? {}, third!];
    return watchFiles(this.#run, this.#resolve(path), options, listener);
  }

  #resolve(path: string): string {
    return guestPath(this.#workdir, path);
  }

  async #done(syscall: string, path: string, words: readonly string[]): Promise<void> {
    await this.#output(syscall, path, `exec ${shellWords(words)}`);
  }

  async #output(
    syscall: string,
    path: string,
    line: string,
    input?: Uint8Array,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const { stdin, stdout, ended } = this.#run({ line });
    // A program that ends early leaves input behind; its code says why.
    void feed(stdin, input).catch(() => {});
    const [output, { code, stderr }] = await Promise.all([
      new Response(stdout as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer(),
      ended,
    ]);
    if (code !== 0) throw new FileError(syscall, path, stderr);
    return new Uint8Array(output);
  }
}

async function feed(stdin: WritableStream<Uint8Array>, input: Uint8Array | undefined): Promise<void> {
  const writer = stdin.getWriter();
  if (input !== undefined) await writer.write(input);
  await writer.close();
}
