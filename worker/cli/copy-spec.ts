// The two sides of `docker cp`: `CONTAINER:PATH`, a path of the caller's, or `-`.

import { CliError } from "./cli-error.ts";

export type CopySide =
  | { readonly kind: "container"; readonly container: string; readonly path: string }
  | { readonly kind: "caller"; readonly path: string }
  | { readonly kind: "stream" };

/** A colon after the first character names a container, unless the text is clearly a path. */
export function parseCopySide(text: string): CopySide {
  if (text === "-") return { kind: "stream" };
  const colon = text.indexOf(":");
  if (colon <= 0 || /^[./]/.test(text)) return { kind: "caller", path: text };
  return { kind: "container", container: text.slice(0, colon), path: text.slice(colon + 1) };
}

/** What HEAD and GET of an archive tell of the path, from the header X-Docker-Container-Path-Stat. */
export interface PathStat {
  readonly name: string;
  readonly isDirectory: boolean;
}

/** Bit 31 of Go's FileMode. */
const MODE_DIRECTORY = 0x8000_0000;

/** Throws a CliError for a header that is none. */
export function parsePathStat(header: string): PathStat {
  try {
    const bytes = Uint8Array.from(atob(header), (character) => character.charCodeAt(0));
    const stat = JSON.parse(new TextDecoder().decode(bytes)) as { name?: unknown; mode?: unknown };
    const isDirectory = Math.floor(Number(stat.mode) / MODE_DIRECTORY) % 2 === 1;
    return { name: String(stat.name), isDirectory };
  } catch (cause) {
    throw new CliError("unable to decode container path stat header", 1, { cause });
  }
}
