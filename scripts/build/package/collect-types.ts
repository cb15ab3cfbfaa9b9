// The declarations that the package's entries need, as `tsc -b` wrote them: followed from import to import and copied with the names that a
// consumer's compiler looks for.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";

/** Where the declarations of a folder of sources lie: web/ with the project's root above it, worker/ without. */
const WRITTEN: Readonly<Record<string, string>> = { web: "web/web", worker: "worker" };

const IMPORT = /((?:from|import)\s*\(?\s*)"([^"]+)"/g;

/**
 * Copies the declarations of `entries` (`web/sandbox/library.ts`) and of all that they import from `written` to `target`. Resolves with
 * the number of files. Rejects when they need a package: ours has no dependencies.
 */
export async function collectTypes(
  written: string,
  entries: readonly string[],
  target: string,
): Promise<number> {
  const waiting = [...entries];
  const done = new Set<string>();
  for (let source = waiting.pop(); source !== undefined; source = waiting.pop()) {
    if (done.has(source)) continue;
    done.add(source);
    const text = await readFile(writtenAt(written, source), "utf8");
    const copy = text.replace(IMPORT, (_whole, before: string, name: string) => {
      if (!name.startsWith(".")) throw new Error(`The types of ${source} need the package ${name}`);
      waiting.push(normalize(join(dirname(source), name)));
      return `${before}"${name.replace(/\.ts$/, ".js")}"`;
    });
    const path = join(target, source.replace(/\.ts$/, ".d.ts"));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, copy.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n"));
  }
  return done.size;
}

function writtenAt(written: string, source: string): string {
  const [folder = "", ...rest] = source.split("/");
  const place = WRITTEN[folder];
  if (place === undefined) throw new Error(`${source} has no declarations`);
  return join(written, place, ...rest).replace(/\.ts$/, ".d.ts");
}
