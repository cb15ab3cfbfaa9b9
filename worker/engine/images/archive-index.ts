// Where each file of an archive is in the file it is unpacked into. Old `docker save` stores a layer that occurs twice as a
// symlink, so links inside the archive are followed; what points out of it is refused.

import { EngineError } from "../../base/errors.ts";
import type { ByteFile } from "../../store/byte-file.ts";
import { entryPathSegments } from "../../tar/entry-path.ts";
import type { TarEntry } from "../../tar/tar-entry.ts";
import type { TarHandler } from "../../tar/tar-parser.ts";

const MAX_ENTRIES = 10_000;
const MAX_LINKS = 8;

type Member =
  | { readonly kind: "file"; readonly start: number; readonly sizeBytes: number }
  | { readonly kind: "link"; readonly target: string };

/** Pushed through readTar(); `find` then answers. */
export class ArchiveIndex implements TarHandler {
  readonly #file: ByteFile;
  readonly #limitBytes: number;
  readonly #members = new Map<string, Member>();
  #end = 0;
  #entries = 0;
  #isFile = false;

  constructor(file: ByteFile, limitBytes: number) {
    this.#file = file;
    this.#limitBytes = limitBytes;
  }

  entry(entry: TarEntry): void {
    if (++this.#entries > MAX_ENTRIES)
      throw new EngineError("corrupt", `invalid archive: more than ${MAX_ENTRIES} entries`);
    const segments = entryPathSegments(entry.path);
    const path = segments.join("/");
    this.#isFile = entry.type === "file";
    if (entry.type === "file") {
      if (this.#end + entry.sizeBytes > this.#limitBytes)
        throw new EngineError("invalid-argument", `the archive is larger than ${this.#limitBytes} bytes`);
      this.#members.set(path, { kind: "file", start: this.#end, sizeBytes: entry.sizeBytes });
    } else if (entry.type === "symlink") {
      this.#members.set(path, {
        kind: "link",
        target: linkTarget(segments.slice(0, -1), entry.linkPath, path),
      });
    } else if (entry.type === "hardlink") {
      this.#members.set(path, { kind: "link", target: entryPathSegments(entry.linkPath).join("/") });
    }
  }

  data(bytes: Uint8Array): void {
    if (!this.#isFile) return;
    this.#file.writeAt(this.#end, bytes);
    this.#end += bytes.byteLength;
  }

  hole(lengthBytes: number): void {
    if (!this.#isFile) return;
    this.#end += lengthBytes;
    this.#file.truncate(this.#end);
  }

  end(): void {}

  /** A regular file, through links. */
  find(path: string): { readonly start: number; readonly sizeBytes: number } | undefined {
    let member = this.#members.get(path.replace(/^(?:\.?\/)+/, ""));
    for (let links = 0; member?.kind === "link"; links++) {
      if (links === MAX_LINKS)
        throw new EngineError("corrupt", `invalid archive: ${JSON.stringify(path)} links in a circle`);
      member = this.#members.get(member.target);
    }
    return member;
  }
}

function linkTarget(parent: readonly string[], target: string, path: string): string {
  const segments = target.startsWith("/") ? [] : [...parent];
  for (const name of target.split("/")) {
    if (name === "" || name === ".") continue;
    if (name !== "..") segments.push(name);
    else if (segments.pop() === undefined)
      throw new EngineError("corrupt", `invalid archive: the link ${JSON.stringify(path)} leaves it`);
  }
  return segments.join("/");
}
