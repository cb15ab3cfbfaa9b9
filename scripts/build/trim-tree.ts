// Removes from a tree what a list of globs names: "*" stays within a name, "!(a|b)" is any name but these.
import { existsSync, readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";

function patternOf(part: string): RegExp {
  const quoted = (text: string) => text.replace(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", "[^/]*");
  const negated = /^(.*)!\(([^)]*)\)(.*)$/.exec(part);
  if (!negated) return new RegExp(`^${quoted(part)}$`);
  const [, before = "", names = "", after = ""] = negated;
  const excluded = names.split("|").map(quoted).join("|");
  return new RegExp(`^${quoted(before)}(?!(?:${excluded})${quoted(after)}(?:/|$))[^/]*${quoted(after)}$`);
}

/** Matches whole relative paths that a glob names. */
export function globPattern(glob: string): RegExp {
  const parts = glob.split("/").map((part) => patternOf(part).source.slice(1, -1));
  return new RegExp(`^${parts.join("/")}$`);
}

/** Paths below `tree` that a glob matches, relative. */
export function matchGlob(tree: string, glob: string): string[] {
  let found = [""];
  for (const part of glob.split("/")) {
    const plain = !/[*!]/.test(part);
    const pattern = patternOf(part);
    found = found.flatMap((folder) => {
      if (plain) return existsSync(join(tree, folder, part)) ? [join(folder, part)] : [];
      try {
        return readdirSync(join(tree, folder))
          .filter((name) => pattern.test(name))
          .map((name) => join(folder, name));
      } catch {
        return []; // not a folder
      }
    });
  }
  return found;
}

export async function trimTree(tree: string, globs: readonly string[]): Promise<void> {
  for (const glob of globs) {
    for (const path of matchGlob(tree, glob)) await rm(join(tree, path), { recursive: true, force: true });
  }
}
