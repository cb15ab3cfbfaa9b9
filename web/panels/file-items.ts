// The entries of a directory as list items: a name that opens, a size, a download.

import type { DirectoryListing, FileEntry } from "../../worker/rpc/protocol.ts";
import { element } from "../app/element.ts";
import { formatBytes } from "../app/format-bytes.ts";
import { type IconName, icon } from "../app/icon.ts";
import { message } from "../app/messages.ts";
import { shellWord } from "../app/shell-words.ts";
import type { FilePlace } from "./container-place.ts";
import { childPath, parentPath } from "./file-path.ts";
import { actionButton } from "./panel.ts";

export interface FileEvents {
  /** To a directory. */
  readonly go: (path: string) => void;
  /** A file or a link. */
  readonly open: (path: string, entry: FileEntry) => void;
  readonly download: (path: string, name: string) => void;
}

const ICONS: Readonly<Record<FileEntry["kind"], IconName>> = {
  directory: "folder",
  symlink: "link",
  file: "file",
  other: "file",
};

export function fileItems(
  { path, entries, truncated }: DirectoryListing,
  place: FilePlace,
  events: FileEvents,
): HTMLElement[] {
  const note = (text: string) => element("li", { class: "quiet" }, text);
  return [
    ...(path === place.root || path === "/" ? [] : [upItem(path, events)]),
    ...entries.map((entry) => fileItem(childPath(path, entry.name), entry, place, events)),
    ...(truncated ? [note(message("files.truncated", { count: entries.length }))] : []),
    ...(entries.length === 0 ? [note(message("files.empty"))] : []),
  ];
}

export function downloadCommand(container: string, path: string): string {
  return `docker cp ${shellWord(container)}:${shellWord(path)} .`;
}

function upItem(path: string, events: FileEvents): HTMLElement {
  const button = element("button", { type: "button", class: "file-name" }, icon("up"), message("files.up"));
  button.addEventListener("click", () => events.go(parentPath(path)));
  return element("li", {}, button);
}

function fileItem(path: string, entry: FileEntry, place: FilePlace, events: FileEvents): HTMLElement {
  const { name, kind, sizeBytes } = entry;
  const button = element(
    "button",
    { type: "button", class: "file-name", title: name, disabled: kind === "other" },
    icon(ICONS[kind]),
    element("span", {}, name),
  );
  button.addEventListener("click", () => {
    if (kind === "directory") events.go(path);
    else events.open(path, entry);
  });
  const item = element(
    "li",
    {},
    button,
    element(
      "span",
      { class: "file-size" },
      kind === "file" ? formatBytes(sizeBytes) : message(`files.${kind}`),
    ),
  );
  if (kind === "file")
    item.append(
      actionButton(
        {
          icon: "download",
          label: message("files.download", { name }),
          command: downloadCommand(place.container, path),
        },
        () => events.download(path, name),
      ),
    );
  return item;
}
