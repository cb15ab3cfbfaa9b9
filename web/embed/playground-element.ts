// <slipway-playground image="python" command="python3 main.py" port="8000">: the page's files in an editor, a terminal that runs them, and
// what they serve.

import type { OpenPort } from "../../worker/rpc/protocol.ts";
import { element } from "../app/element.ts";
import { CodeEditor } from "./code-editor.ts";
import { containerLine } from "./container-line.ts";
import { EmbedElement } from "./embed-element.ts";
import { embedMessage } from "./embed-messages.ts";
import type { EmbedTerminal } from "./embed-terminal.ts";
import { pageFiles, treeOf } from "./page-files.ts";
import type { PageMachine } from "./page-machine.ts";
import { PortPreview } from "./port-preview.ts";

export class PlaygroundElement extends EmbedElement {
  readonly #editor = new CodeEditor(() => void this.#runAgain());
  readonly #screen = element("div", { class: "screen", part: "terminal" });
  #preview: PortPreview | undefined;
  #terminal: EmbedTerminal | undefined;
  #machine: PageMachine | undefined;
  #runs = 0;

  /** What the terminal shows. */
  get text(): string {
    return this.#terminal?.text ?? "";
  }

  /** The files as they are in the editor, by name. */
  get files(): ReadonlyMap<string, string | Uint8Array> {
    return this.#editor.files;
  }

  /** See set start(). */
  set files(addresses: string) {
    this.setAttribute("files", addresses);
  }

  get #port(): number | undefined {
    const port = Number(this.getAttribute("port"));
    return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
  }

  protected override showIdle(): void {
    this.frame.classList.add("playground");
    this.heading.textContent = this.getAttribute("label") || this.commandWords() || this.imageName() || "";
    this.#screen.replaceChildren(this.starter("start.playground"));
    const port = this.#port;
    this.#preview = port === undefined ? undefined : new PortPreview(port, (text) => this.say(text));
    this.stage.replaceChildren(
      element("div", { class: "editor" }, this.#editor.tabs, this.#editor.field),
      this.#screen,
      ...(this.#preview ? [this.#preview.element] : []),
    );
    this.frame.classList.toggle("with-preview", port !== undefined);
    void pageFiles(this).then(
      (files) => {
        this.#editor.show(files);
        if (files.size === 0) this.say(embedMessage("editor.none"));
      },
      (error: Error) => this.fail(error.message),
    );
  }

  protected override async run(machine: PageMachine, life: AbortSignal): Promise<void> {
    this.#machine = machine;
    const { sandbox, runtime } = machine;
    life.addEventListener("abort", () => this.#end(), { once: true });
    const stopWatching = runtime.clientOf(sandbox).observePorts((ports) => this.#portsChanged(ports));
    life.addEventListener("abort", stopWatching, { once: true });
    this.#terminal = new runtime.EmbedTerminal(sandbox, this.#screen, this.heading.textContent, {
      onExit: (code) => this.tell("state.endedCode", { code }),
      onAgain: () => void this.#runAgain(),
      onLeave: () => this.#editor.field.focus(),
    });
    this.actions.replaceChildren(this.button("play", "action.again", () => void this.#runAgain()));
    await this.#runFiles();
  }

  protected override recolor(): void {
    this.#terminal?.recolor();
  }

  async #runAgain(): Promise<void> {
    if (this.#terminal === undefined) return this.start();
    try {
      await this.#runFiles();
    } catch (error) {
      this.fail(error instanceof Error ? error.message : String(error));
    }
  }

  /** Ends what ran before, writes the files as they are now, and runs them. */
  async #runFiles(): Promise<void> {
    const machine = this.#machine!;
    const { sandbox } = machine;
    const folder = this.folderPath();
    const image = this.imageName();
    this.#preview?.clear();
    await this.#removeContainer();
    await this.fetchImage(machine, image);
    await sandbox.mount(treeOf(this.#editor.files), { mountPoint: folder });
    this.#runs++;
    const line = containerLine({
      image,
      command: this.commandWords(),
      name: this.#container,
      folder,
      port: this.#port,
      terminal: true,
    });
    await this.#terminal?.run(line);
    this.tell("state.running");
  }

  get #container(): string {
    return `${this.mark}-${this.#runs}`;
  }

  /** Which of the machine's open ports is ours: the one that the engine has chosen for our container, or the port itself. */
  #portsChanged(ports: readonly OpenPort[]): void {
    const wanted = this.#port;
    const ours = this.hasAttribute("image")
      ? ports.find(({ container }) => container === this.#container)
      : ports.find(({ port }) => port === wanted);
    if (wanted !== undefined && ours !== undefined) this.#preview?.show(this.#machine!.sandbox, ours.port);
  }

  async #removeContainer(): Promise<void> {
    const { sandbox } = this.#machine!;
    if (this.#runs === 0 || sandbox.ended || !this.hasAttribute("image")) return;
    await sandbox.docker.containers.remove(this.#container, { force: true }).catch(() => {});
  }

  #end(): void {
    this.#terminal?.dispose();
    this.#terminal = undefined;
    void this.#removeContainer();
  }
}
