// The fake runtime's files: texts and directories by path.

import { EngineError } from "../../base/errors.ts";
import { readText, streamOf } from "../../base/streams.ts";
import { tarMembers } from "../../tar/read-tar.ts";
import { tarEntry } from "../../tar/tar-entry.ts";
import { encodeTarHeader, tarPadding, tarTrailer } from "../../tar/tar-writer.ts";
import type { GuestFileStatus, GuestFiles } from "../container-runtime.ts";

export class FakeFiles implements GuestFiles {
  /** Null: a directory. */
  readonly entries = new Map<string, string | null>([["/", null]]);
  readonly calls: string[] = [];

  async read(path: string, options?: { inRoot?: string }): Promise<Uint8Array> {
    const whole = (options?.inRoot ?? "") + path;
    this.calls.push(`read ${whole}`);
    const content = this.entries.get(whole);
    if (content === undefined || content === null) throw notFound(whole);
    return new TextEncoder().encode(content);
  }

  async write(path: string, content: string | Uint8Array): Promise<void> {
    this.entries.set(path, typeof content === "string" ? content : new TextDecoder().decode(content));
  }

  async makeDirectory(path: string): Promise<void> {
    this.calls.push(`makeDirectory ${path}`);
    this.entries.set(path, null);
  }

  async removeTree(path: string): Promise<void> {
    this.calls.push(`removeTree ${path}`);
    for (const each of [...this.entries.keys()])
      if (each === path || each.startsWith(`${path}/`)) this.entries.delete(each);
  }

  async copyTree(from: { readonly root: string; readonly path: string }, to: string): Promise<void> {
    const source = from.root + from.path;
    this.calls.push(`copyTree ${source} ${to}`);
    if (!this.entries.has(source)) throw notFound(source);
    for (const [path, content] of [...this.entries])
      if (path === source || path.startsWith(`${source}/`))
        this.entries.set(to + path.slice(source.length), content);
  }

  async exists(path: string): Promise<boolean> {
    return this.entries.has(path);
  }

  async statuses(root: string, paths: readonly string[]): Promise<(GuestFileStatus | undefined)[]> {
    return paths.map((path) => {
      const content = this.entries.get(`${root}${path}`.replace(/(?<=.)\/$/, ""));
      if (content === undefined) return undefined;
      const kind = content === null ? "directory" : "file";
      return { kind, sizeBytes: content?.length ?? 0, mode: 0o644, modifiedAt: 0 };
    });
  }

  async sizes(paths: readonly string[]): Promise<number[]> {
    return paths.map((path) =>
      [...this.entries]
        .filter(([each]) => each.startsWith(`${path}/`))
        .reduce((sum, [, content]) => sum + (content?.length ?? 0), 0),
    );
  }

  async list(path: string): Promise<string[]> {
    const prefix = `${path}/`;
    const names = [...this.entries.keys()]
      .filter((each) => each.startsWith(prefix))
      .map((each) => each.slice(prefix.length).split("/", 1)[0] ?? "");
    return [...new Set(names)].sort();
  }

  async tarOut(root: string, path: string): Promise<ReadableStream<Uint8Array>> {
    const whole = `${root}${path}`.replace(/\/$/, "");
    if (!this.entries.has(whole)) throw notFound(whole);
    const base = path.split("/").at(-1) || ".";
    const blocks: Uint8Array[] = [];
    for (const [each, content] of [...this.entries].sort()) {
      if (each !== whole && !each.startsWith(`${whole}/`)) continue;
      const bytes = new TextEncoder().encode(content ?? "");
      const type = content === null ? "directory" : "file";
      blocks.push(
        encodeTarHeader(
          tarEntry({ path: base + each.slice(whole.length), type, sizeBytes: bytes.byteLength }),
        ),
        bytes,
        tarPadding(bytes.byteLength),
      );
    }
    return streamOf(...blocks.filter((block) => block.byteLength > 0), tarTrailer);
  }

  async tarIn(root: string, path: string, tar: ReadableStream<Uint8Array>): Promise<void> {
    const whole = `${root}${path}`.replace(/\/$/, "");
    if (this.entries.get(whole) !== null) throw notFound(whole);
    for await (const { entry, content } of tarMembers(tar)) {
      const target = `${whole}/${entry.path.replace(/\/$/, "")}`;
      this.entries.set(target, entry.type === "directory" ? null : await readText(content));
    }
  }
}

function notFound(path: string): EngineError {
  return new EngineError("not-found", `${path}: no such file or directory`);
}
