// The files that an element brings along: children with `data-file`, addresses in its `files` attribute, or the code block that it encloses.

import type { FileSystemTree } from "../sandbox/file-tree.ts";
import { embedMessage } from "./embed-messages.ts";
import { LANGUAGES, languageOf } from "./languages.ts";

export type PageFiles = Map<string, string | Uint8Array<ArrayBuffer>>;

/** By name. Rejects with an Error that names the file. */
export async function pageFiles(host: HTMLElement): Promise<PageFiles> {
  const files: PageFiles = new Map();
  for (const child of host.querySelectorAll<HTMLElement>("[data-file]"))
    files.set(checkedName(child.dataset.file ?? ""), textOf(child));
  const asked = (host.getAttribute("files") ?? "").split(/\s+/).filter((word) => word !== "");
  const fetched = await Promise.all(asked.map(fetchFile));
  for (const [name, content] of fetched) files.set(name, content);
  if (files.size > 0) return files;
  for (const code of host.querySelectorAll<HTMLElement>("pre code")) {
    const ending = LANGUAGES.get(languageOf(code))?.ending ?? "txt";
    files.set(`main${files.size === 0 ? "" : files.size + 1}.${ending}`, textOf(code));
  }
  return files;
}

export function treeOf(files: PageFiles): FileSystemTree {
  const root: Record<string, FileSystemTree[string]> = {};
  for (const [path, contents] of files) {
    const names = path.split("/");
    const name = names.pop()!;
    let folder = root;
    for (const parent of names) {
      const known = folder[parent];
      const directory = known !== undefined && "directory" in known ? known.directory : {};
      folder[parent] = { directory };
      folder = directory as typeof root;
    }
    folder[name] = { file: { contents } };
  }
  return root;
}

/** The text of a code block or of a script with data; the line break after its opening tag is not part of it. */
export function textOf(element: HTMLElement): string {
  const source = element instanceof HTMLTemplateElement ? element.innerHTML : element.textContent;
  const text = (source ?? "").replace(/^\r?\n/, "");
  return text === "" || text.endsWith("\n") ? text : `${text.trimEnd()}\n`;
}

/** `address`, or `name=address` for another name than its last. */
async function fetchFile(asked: string): Promise<[string, Uint8Array<ArrayBuffer>]> {
  const [, given, address = asked] = /^([^=:?#]+)=(.+)$/.exec(asked) ?? [];
  const url = new URL(address, document.baseURI);
  const name = checkedName(given ?? decodeURIComponent(url.pathname.split("/").at(-1) ?? ""));
  const fail = (reason: string, cause?: unknown) =>
    new Error(embedMessage("files.failed", { file: address, reason }), { cause });
  const response = await fetch(url).catch((cause: Error) => {
    throw fail(cause.message, cause);
  });
  if (!response.ok) throw fail(`HTTP ${response.status}`);
  return [name, new Uint8Array(await response.arrayBuffer())];
}

function checkedName(name: string): string {
  const names = name.split("/");
  if (names.some((part) => part === "" || part === "." || part === "..") || name.includes("\0"))
    throw new Error(embedMessage("files.name", { file: JSON.stringify(name) }));
  return name;
}
