// A tar whose first path component is another name: how `cp` gives what it copies a new name on the way.

import { tarMembers } from "../tar/read-tar.ts";
import { type TarSource, writeTar } from "../tar/tar-writer.ts";

/** Members `OLD`, `OLD/…` become `name`, `name/…`; hard links within them follow. Errors as tarMembers does. */
export function renameTar(tar: ReadableStream<Uint8Array>, name: string): ReadableStream<Uint8Array> {
  return writeTar(renamed(tar, name));
}

async function* renamed(tar: ReadableStream<Uint8Array>, name: string): AsyncGenerator<TarSource> {
  for await (const { entry, content } of tarMembers(tar)) {
    const linkPath = entry.type === "hardlink" ? withFirst(entry.linkPath, name) : entry.linkPath;
    const member = { ...entry, path: withFirst(entry.path, name), linkPath };
    yield entry.type === "file" ? { entry: member, content } : { entry: member };
  }
}

function withFirst(path: string, name: string): string {
  const trimmed = path.replace(/^(\.?\/)+/, "");
  const slash = trimmed.indexOf("/");
  return slash < 0 ? name : name + trimmed.slice(slash);
}
