// <slipway-terminal image="python" command="python3" files="…" height="…">: a terminal with a command in a container at its other end, or,
// without an image, with a shell of the machine.

import { element } from "../app/element.ts";
import { containerLine } from "./container-line.ts";
import { EmbedElement } from "./embed-element.ts";
import type { EmbedTerminal } from "./embed-terminal.ts";
import { pageFiles, treeOf } from "./page-files.ts";
import type { PageMachine } from "./page-machine.ts";

export class TerminalElement extends EmbedElement {
  #terminal: EmbedTerminal | undefined;

  /** What is on its screen and above; "" before it is started. */
  get text(): string {
    return this.#terminal?.text ?? "";
  }

  /** As if typed; `\r` is Enter. */
  type(text: string): void {
    this.#terminal?.type(text);
  }

  protected override showIdle(): void {
    const image = this.imageName();
    const command = this.commandWords();
    this.heading.textContent = this.getAttribute("label") || command || image || "bash";
    this.frame.classList.add("with-terminal");
    const line = image === undefined ? command || "bash" : `docker run -it ${image} ${command}`.trimEnd();
    this.stage.replaceChildren(
      element("pre", { class: "preview-line", "aria-hidden": "true" }, `$ ${line}`),
      this.starter("start.terminal"),
    );
  }

  protected override async run(machine: PageMachine, life: AbortSignal): Promise<void> {
    const { sandbox, runtime } = machine;
    const image = this.imageName();
    const [files] = await Promise.all([pageFiles(this), this.fetchImage(machine, image)]);
    const folder = this.folderPath();
    if (files.size > 0) await sandbox.mount(treeOf(files), { mountPoint: folder });
    if (life.aborted) return;
    const line = containerLine({
      image,
      command: this.commandWords(),
      name: this.mark,
      folder: files.size > 0 ? folder : undefined,
      terminal: true,
    });
    const again = () => void start().catch((error: Error) => this.fail(error.message));
    const terminal = new runtime.EmbedTerminal(sandbox, this.stage, this.heading.textContent, {
      onExit: (code) => {
        this.tell("state.endedCode", { code });
        this.actions.replaceChildren(this.button("restart", "action.again", again));
      },
      onAgain: again,
      onLeave: () => this.heading.focus(),
    });
    this.heading.tabIndex = -1;
    this.#terminal = terminal;
    life.addEventListener("abort", () => this.#end(machine), { once: true });
    const start = async () => {
      this.actions.replaceChildren();
      await terminal.run(line);
      this.tell("state.running");
      terminal.focus();
    };
    await terminal.run(line);
    this.tell("state.running");
    if (this.takesFocus) terminal.focus();
  }

  protected override recolor(): void {
    this.#terminal?.recolor();
  }

  #end({ sandbox }: PageMachine): void {
    this.#terminal?.dispose();
    this.#terminal = undefined;
    if (this.hasAttribute("image") && !sandbox.ended)
      void sandbox.docker.containers.remove(this.mark, { force: true }).catch(() => {});
  }
}
