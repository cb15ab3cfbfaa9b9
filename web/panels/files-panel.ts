// Files of a container or a volume: browse, edit small texts, upload by button or by drop, download.

import "./files-panel.css";
import type { DirectoryListing, FileEntry } from "../../worker/rpc/protocol.ts";
import { element } from "../app/element.ts";
import { message } from "../app/messages.ts";
import { shellWord } from "../app/shell-words.ts";
import { type FilePlace, openFilePlace, removeOldHelpers } from "./container-place.ts";
import {
  EDIT_LIMIT_BYTES,
  makeContainerDirectory,
  readContainerFile,
  readContainerTree,
  writeContainerFiles,
} from "./container-transfer.ts";
import { emptyView } from "./empty-view.ts";
import { FileEditor } from "./file-editor.ts";
import { downloadCommand, fileItems } from "./file-items.ts";
import { breadcrumbs, childPath, parentPath } from "./file-path.ts";
import { filePlaceOptions } from "./file-place-options.ts";
import { newFolderRow } from "./new-folder-row.ts";
import { actionButton, Panel } from "./panel.ts";
import { problemView } from "./problem-view.ts";
import { saveBlob } from "./save-blob.ts";

const MOST_BYTES = 1024 * 1024 * 1024;

export class FilesPanel extends Panel {
  readonly #choice = element("select", { class: "field", "aria-label": message("files.choose") });
  readonly #problem = element("div", {});
  readonly #trail = element("nav", { class: "crumbs", "aria-label": message("files.path") });
  readonly #tools = element("div", { class: "row-actions" });
  readonly #list = element("ul", { class: "files", "aria-label": message("panels.files") });
  readonly #empty = emptyView("folder", message("files.none"), message("files.noneHint"), [
    "docker run -d --name web nginx",
  ]);
  readonly #browser = element("div", { class: "file-browser" });
  #wanted: string | undefined;
  #place: FilePlace | undefined;
  #opened = "";
  #tidied: Promise<void> | undefined;
  #path = "/";

  protected open(): void {
    this.#empty.view.hidden = true;
    this.#empty.onTry((command) => this.context.openTerminal(command));
    this.#choice.addEventListener("change", () => void this.#openPlace(this.#choice.value));
    this.#browser.replaceChildren(
      element("div", { class: "panel-bar" }, this.#trail, this.#tools),
      this.#list,
    );
    this.#acceptDrops();
    this.replaceChildren(
      element("div", { class: "form-line" }, this.#choice),
      this.#problem,
      this.#browser,
      this.#empty.view,
    );
    this.life.addEventListener("abort", () => this.#place?.release(), { once: true });
    this.watch(["container", "volume"], this.#problem, () => this.#refreshChoices());
  }

  /** A container's name, or `volume:NAME`. */
  override select(choice: string): void {
    this.#wanted = choice;
    if (this.#choice.options.length > 0) void this.#openPlace(choice);
  }

  async #refreshChoices(): Promise<void> {
    const { docker } = this.context;
    const [containers, volumes] = await Promise.all([
      docker.containers.list({ all: true }),
      docker.volumes.list(),
    ]);
    this.#choice.replaceChildren(...filePlaceOptions(containers, volumes));
    const any = this.#choice.options.length > 0;
    this.#empty.view.hidden = any;
    this.#browser.hidden = !any;
    this.#choice.hidden = !any;
    const wanted = this.#wanted ?? this.#opened;
    const values = [...this.#choice.options].map(({ value }) => value);
    const choice = values.includes(wanted) ? wanted : values[0];
    if (choice === undefined) this.#opened = "";
    else if (choice !== this.#opened) await this.#openPlace(choice);
    else this.#choice.value = choice;
  }

  async #openPlace(choice: string): Promise<void> {
    this.#wanted = undefined;
    this.#opened = choice;
    this.#choice.value = choice;
    this.#place?.release();
    this.#place = undefined;
    try {
      this.#tidied ??= removeOldHelpers(this.context.docker);
      await this.#tidied;
      const place = await openFilePlace(this.context.docker, choice, (command) => this.context.ran(command));
      if (this.#opened !== choice || !this.isConnected) return place.release();
      this.#place = place;
      await this.#go(place.root);
    } catch (error) {
      this.#list.replaceChildren();
      this.#problem.replaceChildren(problemView(error));
    }
  }

  async #go(path: string): Promise<void> {
    const place = this.#place;
    if (place === undefined) return;
    this.#list.setAttribute("aria-busy", "true");
    try {
      const listing = await this.context.listFiles(place.container, path);
      if (this.#place !== place) return;
      this.#problem.replaceChildren();
      this.#path = listing.path;
      this.#show(place, listing);
    } catch (error) {
      if (this.#place === place) this.#problem.replaceChildren(problemView(error));
    } finally {
      this.#list.removeAttribute("aria-busy");
    }
  }

  #show(place: FilePlace, { path, entries, truncated }: DirectoryListing): void {
    this.#browser.querySelector("slipway-editor")?.remove();
    this.#list.hidden = false;
    this.#trail.replaceChildren(
      ...breadcrumbs(path, place.root).map(({ name, path: target }, index, all) => {
        const last = index === all.length - 1;
        const crumb = element(
          "button",
          { type: "button", class: "crumb", ...(last ? { "aria-current": "location" } : {}) },
          name,
        );
        crumb.addEventListener("click", () => void this.#go(target));
        return crumb;
      }),
    );
    this.#tools.replaceChildren(...this.#toolButtons(place, path));
    this.#list.replaceChildren(
      ...fileItems({ path, entries, truncated }, place, {
        go: (target) => void this.#go(target),
        open: (target, entry) => void this.#openFile(target, entry),
        download: (target, name) => this.#download(target, name),
      }),
    );
  }

  #toolButtons(place: FilePlace, path: string): HTMLElement[] {
    const input = element("input", { type: "file", multiple: true, hidden: true });
    input.addEventListener("change", () => {
      this.#upload([...(input.files ?? [])]);
      input.value = "";
    });
    const target = `${shellWord(place.container)}:${shellWord(path)}`;
    return [
      input,
      actionButton(
        {
          icon: "plus",
          label: message("files.newFolder"),
          command: `docker exec ${shellWord(place.container)} mkdir NAME`,
        },
        () => this.#newFolder(),
      ),
      actionButton(
        { icon: "upload", label: message("files.upload"), command: `docker cp FILE ${target}` },
        () => input.click(),
      ),
      actionButton(
        { icon: "download", label: message("files.downloadFolder"), command: `docker cp ${target} -` },
        () => this.#downloadFolder(place, path),
      ),
    ];
  }

  #download(path: string, name: string): void {
    const container = this.#place?.container ?? "";
    this.context.ran(downloadCommand(container, path));
    void this.context.tasks.run(message("files.downloading", { name }), async (control) => {
      saveBlob(name, await readContainerFile(this.context.docker, container, path, MOST_BYTES, control));
    });
  }

  /** A link goes where it points, when that is a directory. */
  async #openFile(path: string, { kind, sizeBytes, name, mode }: FileEntry): Promise<void> {
    const place = this.#place;
    if (place === undefined) return;
    if (kind === "symlink") return this.#go(path);
    if (sizeBytes > EDIT_LIMIT_BYTES) {
      this.#problem.replaceChildren(
        element("p", { class: "quiet", role: "status" }, message("files.tooLargeToEdit", { name })),
      );
      return;
    }
    const { docker, tasks, ran } = this.context;
    const target = `${shellWord(place.container)}:${shellWord(path)}`;
    ran(`docker cp ${target} -`);
    try {
      const blob = await readContainerFile(docker, place.container, path, EDIT_LIMIT_BYTES);
      const editor = new FileEditor(name, new Uint8Array(await blob.arrayBuffer()), {
        close: () => {
          editor.remove();
          this.#list.hidden = false;
          this.#list.querySelector<HTMLElement>(`[title="${CSS.escape(name)}"]`)?.focus();
        },
        save: async (content) => {
          ran(`docker cp ${shellWord(name)} ${target}`);
          return tasks.run(message("files.saving", { name }), (control) =>
            writeContainerFiles(
              docker,
              place.container,
              parentPath(path),
              [{ name, content: new Blob([content]), mode }],
              control,
            ),
          );
        },
      });
      this.#list.hidden = true;
      this.#browser.append(editor);
    } catch (error) {
      this.#problem.replaceChildren(problemView(error));
    }
  }

  #upload(files: readonly File[]): void {
    const place = this.#place;
    if (place === undefined || files.length === 0) return;
    const path = this.#path;
    const what = files.length === 1 ? files[0]!.name : message("files.several", { count: files.length });
    const target = `${shellWord(place.container)}:${shellWord(path)}`;
    for (const { name } of files) this.context.ran(`docker cp ${shellWord(name)} ${target}`);
    void this.context.tasks
      .run(message("files.uploading", { name: what }), (control) =>
        writeContainerFiles(
          this.context.docker,
          place.container,
          path,
          files.map((file) => ({ name: file.name, content: file })),
          control,
        ),
      )
      .then((done) => {
        if (done && this.#path === path) void this.#go(path);
      });
  }

  #newFolder(): void {
    const place = this.#place;
    if (place === undefined) return;
    const { row, input } = newFolderRow((name) => {
      void this.act(
        `docker exec ${shellWord(place.container)} mkdir ${shellWord(childPath(this.#path, name))}`,
        message("files.newFolder"),
        () => makeContainerDirectory(this.context.docker, place.container, this.#path, name),
      ).then(() => this.#go(this.#path));
    });
    this.#list.prepend(row);
    input.focus();
  }

  #downloadFolder(place: FilePlace, path: string): void {
    const name = path.split("/").at(-1) || place.container;
    const command = `docker cp ${shellWord(place.container)}:${shellWord(path)} - > ${shellWord(`${name}.tar`)}`;
    this.context.ran(command);
    void this.context.tasks.run(message("files.downloading", { name: `${name}.tar` }), async (control) => {
      saveBlob(`${name}.tar`, await readContainerTree(this.context.docker, place.container, path, control));
    });
  }

  #acceptDrops(): void {
    const over = (on: boolean) => this.#browser.classList.toggle("dropping", on);
    this.#browser.addEventListener("dragover", (event) => {
      if (event.dataTransfer?.types.includes("Files") !== true) return;
      event.preventDefault();
      over(true);
    });
    this.#browser.addEventListener("dragleave", () => over(false));
    this.#browser.addEventListener("drop", (event) => {
      event.preventDefault();
      over(false);
      this.#upload([...(event.dataTransfer?.files ?? [])]);
    });
  }
}

customElements.define("slipway-files-panel", FilesPanel);
