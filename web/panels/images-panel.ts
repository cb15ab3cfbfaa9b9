// Images: what is there, what each of its steps added, and ways to run, fetch and load them.

import type { WireImageHistoryItem, WireImageSummary, WireProgress } from "../../worker/rpc/docker-wire.ts";
import { element } from "../app/element.ts";
import { formatBytes } from "../app/format-bytes.ts";
import { icon } from "../app/icon.ts";
import { message } from "../app/messages.ts";
import { shellWord } from "../app/shell-words.ts";
import { emptyView } from "./empty-view.ts";
import { keyedChildren } from "./keyed-children.ts";
import { LayerStack } from "./layer-stack.ts";
import { actionButton, confirmedButton, Panel, type PanelContext } from "./panel.ts";
import { problemView } from "./problem-view.ts";
import { PullProgress } from "./pull-progress.ts";
import type { TaskControl } from "./task-list.ts";

/** What ships with the page: suggestions, not a limit. */
const SHIPPED = ["busybox", "debian", "hello-world", "nginx", "python", "redis"] as const;

export class ImagesPanel extends Panel {
  readonly #problem = element("div", {});
  readonly #list = element("ul", { class: "rows", "aria-label": message("panels.images") });
  readonly #summary = element("p", { class: "panel-summary" });
  readonly #empty = emptyView("layers", message("images.none"), message("images.noneHint"));

  protected open(): void {
    this.#empty.view.hidden = true;
    this.replaceChildren(
      this.#pullForm(),
      this.#problem,
      element("div", { class: "panel-bar" }, this.#summary, this.#loadButton()),
      this.#list,
      this.#empty.view,
    );
    this.watch(["image", "container"], this.#problem, () => this.#refresh());
  }

  async #refresh(): Promise<void> {
    const { docker } = this.context;
    const [images, containers] = await Promise.all([
      docker.images.list(),
      docker.containers.list({ all: true }),
    ]);
    const total = images.reduce((sum, { Size }) => sum + Size, 0);
    const size = formatBytes(total);
    this.#summary.textContent =
      images.length === 1
        ? message("images.summaryOnce", { size })
        : message("images.summary", { count: images.length, size });
    this.#summary.hidden = images.length === 0;
    this.#empty.view.hidden = images.length > 0;
    keyedChildren(this.#list, images, {
      key: ({ Id }) => Id,
      create: () => new ImageRow(this.context),
      update: (row, image) =>
        row.update(image, containers.filter(({ ImageID }) => ImageID === image.Id).length),
    });
  }

  #pullForm(): HTMLElement {
    const input = element("input", {
      class: "field mono",
      name: "reference",
      placeholder: message("images.pullPlaceholder"),
      "aria-label": message("images.pullLabel"),
      list: "shipped-images",
      autocomplete: "off",
      autocapitalize: "off",
      spellcheck: "false",
    });
    const button = element(
      "button",
      { type: "submit", class: "solid-button", "data-command": "docker pull IMAGE" },
      icon("download"),
      message("images.pull"),
    );
    input.addEventListener("input", () => {
      button.dataset.command = `docker pull ${shellWord(input.value.trim() || "IMAGE")}`;
    });
    const form = element(
      "form",
      { class: "form-line" },
      input,
      element(
        "datalist",
        { id: "shipped-images" },
        ...SHIPPED.map((name) => element("option", { value: name })),
      ),
      button,
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const reference = input.value.trim();
      if (reference === "") return input.focus();
      input.value = "";
      this.context.ran(`docker pull ${shellWord(reference)}`);
      void this.context.tasks.run(message("images.pulling", { name: reference }), (control) =>
        follow(this.context.docker.images.pull(reference, control.signal), control),
      );
    });
    return form;
  }

  #loadButton(): HTMLElement {
    const file = element("input", { type: "file", accept: ".tar,.tgz,.gz,.zst", hidden: true });
    file.addEventListener("change", () => {
      const archive = file.files?.[0];
      file.value = "";
      if (archive !== undefined) this.#load(archive);
    });
    const button = actionButton(
      { icon: "upload", label: message("images.load"), command: "docker load -i FILE", text: true },
      () => file.click(),
    );
    return element("span", {}, file, button);
  }

  #load(archive: File): void {
    this.context.ran(`docker load -i ${shellWord(archive.name)}`);
    void this.context.tasks.run(message("images.loading", { name: archive.name }), (control) => {
      let doneBytes = 0;
      const counted = archive.stream().pipeThrough(
        new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
          transform(bytes, controller) {
            doneBytes += bytes.byteLength;
            control.report({ doneBytes, totalBytes: archive.size });
            controller.enqueue(bytes);
          },
        }),
      );
      return follow(this.context.docker.images.load(counted, control.signal), {
        signal: control.signal,
        // What the engine says is of the image's layers; the bytes shown are the file's.
        report: ({ detail }) => control.report(detail === undefined ? {} : { detail }),
      });
    });
  }
}

/** Passes progress on; a failure that comes in the stream is thrown. */
async function follow(stream: AsyncIterable<WireProgress>, control: TaskControl): Promise<void> {
  const progress = new PullProgress();
  for await (const entry of stream) {
    if (entry.error !== undefined) throw new Error(entry.error);
    control.report(progress.add(entry));
  }
}

class ImageRow extends HTMLElement {
  readonly #context: PanelContext;
  readonly #name = element("button", { type: "button", class: "row-name", "aria-expanded": "false" });
  readonly #line = element("div", { class: "row-line" });
  readonly #actions = element("div", { class: "row-actions" });
  readonly #more = element("div", { class: "row-more", hidden: true });
  #image: WireImageSummary | undefined;

  constructor(context: PanelContext) {
    super();
    this.#context = context;
    this.#name.addEventListener("click", () => this.#toggle());
  }

  connectedCallback(): void {
    if (this.childElementCount > 0) return;
    this.setAttribute("role", "listitem");
    this.className = "row flat";
    this.append(element("div", { class: "row-head" }, this.#name, this.#actions), this.#line, this.#more);
  }

  update(image: WireImageSummary, users: number): void {
    const known = this.#image;
    this.#image = image;
    const name = nameOf(image);
    this.#name.textContent = name;
    this.#name.dataset.command = `docker history ${shellWord(name)}`;
    this.#line.replaceChildren(
      element("span", {}, formatBytes(image.Size)),
      element("span", { class: "row-image" }, image.Id.replace("sha256:", "").slice(0, 12)),
      element("span", {}, message(users === 1 ? "images.usedOnce" : "images.used", { count: users })),
    );
    if (known !== undefined && nameOf(known) === name) return;
    this.#actions.replaceChildren(
      actionButton(
        { icon: "play", label: message("images.run", { name }), command: `docker run ${shellWord(name)}` },
        () => this.#toggle(true),
      ),
      actionButton({ icon: "save", label: message("images.keep", { name }) }, () => void this.#keep()),
      confirmedButton(
        {
          icon: "trash",
          label: message("images.remove", { name }),
          question: message("confirm.remove"),
          command: `docker rmi ${shellWord(name)}`,
        },
        () => {
          this.#context.ran(`docker rmi ${shellWord(name)}`);
          void this.#context.tasks.run(message("images.remove", { name }), async () => {
            await this.#context.docker.images.remove(name);
          });
        },
      ),
    );
  }

  async #keep(): Promise<void> {
    if (this.#image === undefined) return;
    const { Id } = this.#image;
    const name = nameOf(this.#image);
    const { tasks, keepOffline, note } = this.#context;
    if (await tasks.run(message("images.keep", { name }), (control) => keepOffline(Id, control)))
      note(message("images.kept", { name }));
  }

  #toggle(open = this.#more.hidden): void {
    if (!open || this.#image === undefined) {
      this.#more.hidden = true;
      this.#name.setAttribute("aria-expanded", "false");
      return;
    }
    this.#name.setAttribute("aria-expanded", "true");
    if (!this.#more.hidden) {
      this.#more.querySelector("input")?.focus();
      return;
    }
    this.#more.hidden = false;
    const name = nameOf(this.#image);
    this.#context.ran(`docker history ${shellWord(name)}`);
    const { images } = this.#context.docker;
    Promise.all([images.history(name), images.inspect(name)])
      .then(([history, { Config }]) => {
        this.#more.replaceChildren(
          this.#runForm(suggestedRun(name, Object.keys(Config.ExposedPorts ?? {}), Config.Cmd)),
          stackOf(history),
        );
      })
      .catch((error: unknown) => this.#more.replaceChildren(problemView(error)));
  }

  /** The command line itself is the form. */
  #runForm(suggestion: string): HTMLElement {
    const input = element("input", {
      class: "field mono",
      value: suggestion,
      "aria-label": message("images.runLabel"),
      autocomplete: "off",
      autocapitalize: "off",
      spellcheck: "false",
    });
    const form = element(
      "form",
      { class: "form-line" },
      input,
      element("button", { type: "submit", class: "solid-button" }, icon("play"), message("images.runIt")),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#context.ran(input.value);
      this.#context.openTerminal(input.value);
    });
    return form;
  }
}

function stackOf(history: readonly WireImageHistoryItem[]): HTMLElement {
  return new LayerStack(
    history.map(({ CreatedBy, Size, Comment }) => ({ step: CreatedBy || Comment, sizeBytes: Size })),
  );
}

function nameOf({ RepoTags, Id }: WireImageSummary): string {
  const tag = RepoTags?.find((each) => !each.startsWith("<none>"));
  return tag?.replace(/:latest$/, "") ?? Id.replace("sha256:", "").slice(0, 12);
}

/** A server in the background with its first port published; a shell or interpreter on a terminal. */
function suggestedRun(
  name: string,
  ports: readonly string[],
  command: string[] | string | null | undefined,
): string {
  const word = shellWord(name);
  const port = Number.parseInt(ports[0] ?? "", 10);
  if (port > 0) return `docker run -d -p ${port < 1000 ? 8000 + port : port}:${port} ${word}`;
  const first = (Array.isArray(command) ? command[0] : command) ?? "";
  return /(^|\/)(sh|bash|ash|python3?|node)$/.test(first)
    ? `docker run -it --rm ${word}`
    : `docker run --rm ${word}`;
}

customElements.define("slipway-image-row", ImageRow);
customElements.define("slipway-images-panel", ImagesPanel);
