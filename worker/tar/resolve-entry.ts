// A member's header and its extensions together: which of them wins, and the bounds on what they may say.
// Order of precedence: pax records, GNU long names, the header itself.

import { EngineError } from "../base/errors.ts";
import { encodePath } from "./path-bytes.ts";
import type { PaxOverrides } from "./pax-overrides.ts";
import type { TarEntry, TarEntryType } from "./tar-entry.ts";
import type { TarHeader } from "./tar-header.ts";
import { readPaxInteger, readPaxTime } from "./tar-number.ts";

const typesByFlag: ReadonlyMap<string, TarEntryType> = new Map([
  ["0", "file"],
  ["7", "file"],
  ["S", "file"],
  ["1", "hardlink"],
  ["2", "symlink"],
  ["3", "char"],
  ["4", "block"],
  ["5", "directory"],
  ["D", "directory"],
  ["6", "fifo"],
]);

const maxId = 0xffff_ffff;

/** Whether bytes of content follow the header. */
export function hasContent(entry: TarEntry): boolean {
  return entry.type === "file";
}

/** The member without its size. Throws EngineError("corrupt"). */
export function resolveEntry(
  header: TarHeader,
  overrides: PaxOverrides,
  longPath: string | undefined,
  longLink: string | undefined,
  limits: { readonly maxPathBytes: number; readonly maxXattrBytes: number },
): TarEntry {
  const { values, xattrs } = overrides;
  const path = values.get("GNU.sparse.name") ?? values.get("path") ?? longPath ?? header.path;
  const linkPath = values.get("linkpath") ?? longLink ?? header.linkPath;
  checkPath(path, limits.maxPathBytes);
  checkPath(linkPath, limits.maxPathBytes);
  for (const [name, value] of xattrs) {
    if (value.byteLength > limits.maxXattrBytes) {
      throw new EngineError("corrupt", `The xattr ${name} of ${JSON.stringify(path)} is too big`);
    }
  }
  const type = typeOf(header.typeFlag, path);
  const isLink = type === "hardlink" || type === "symlink";
  if (isLink && linkPath === "") {
    throw new EngineError("corrupt", `Invalid tar header: ${JSON.stringify(path)} links to nothing`);
  }
  const mtime = values.get("mtime");
  const time = mtime === undefined ? undefined : readPaxTime(mtime, "mtime");
  return {
    path,
    type,
    mode: header.mode,
    uid: idOf(values.get("uid"), header.uid, "uid"),
    gid: idOf(values.get("gid"), header.gid, "gid"),
    userName: values.get("uname") ?? header.userName,
    groupName: values.get("gname") ?? header.groupName,
    sizeBytes: 0,
    mtimeSec: time?.sec ?? header.mtimeSec,
    mtimeNsec: time?.nsec ?? 0,
    linkPath: isLink ? linkPath : "",
    deviceMajor: header.deviceMajor,
    deviceMinor: header.deviceMinor,
    xattrs,
  };
}

function typeOf(flag: string, path: string): TarEntryType {
  const type = typesByFlag.get(flag);
  if (type === undefined) {
    throw new EngineError(
      "corrupt",
      `Unhandled tar header type ${JSON.stringify(flag)} of ${JSON.stringify(path)}`,
    );
  }
  // Version 7 had no directories: a file whose name ends in a slash is one.
  return flag === "0" && path.endsWith("/") ? "directory" : type;
}

function idOf(text: string | undefined, fromHeader: number, what: string): number {
  const id = text === undefined ? fromHeader : readPaxInteger(text, what);
  if (id < 0 || id > maxId) throw new EngineError("corrupt", `Invalid tar header: bad ${what}`);
  return id;
}

function checkPath(path: string, maxBytes: number): void {
  if (path.length * 3 > maxBytes && encodePath(path).byteLength > maxBytes) {
    throw new EngineError("corrupt", `File name too long: ${JSON.stringify(`${path.slice(0, 80)}…`)}`);
  }
}
