// The one parser that turns a member's path into names below a root: whatever unpacks an archive goes through it.

import { EngineError } from "../base/errors.ts";
import { encodePath } from "./path-bytes.ts";

const maxNameBytes = 255;

/**
 * The names of `path` below the root: no empty ones, no ".". Empty for the root itself.
 * Throws EngineError("corrupt") for "..", a NUL, or a name longer than 255 bytes.
 */
export function entryPathSegments(path: string): string[] {
  if (path.includes("\0"))
    throw new EngineError("corrupt", `Invalid path ${JSON.stringify(path)}: it holds a NUL`);
  const segments: string[] = [];
  for (const name of path.split("/")) {
    if (name === "" || name === ".") continue;
    if (name === "..") {
      throw new EngineError("corrupt", `Invalid path ${JSON.stringify(path)}: ".." could leave the root`);
    }
    if (name.length * 3 > maxNameBytes && encodePath(name).byteLength > maxNameBytes) {
      throw new EngineError("corrupt", `File name too long: ${JSON.stringify(`${name.slice(0, 40)}…`)}`);
    }
    segments.push(name);
  }
  return segments;
}
