// <slipway-run> around a code block: a click runs the code and shows what it prints below.

import { element } from "../app/element.ts";
import { containerLine } from "./container-line.ts";
import { EmbedElement } from "./embed-element.ts";
import { embedMessage } from "./embed-messages.ts";
import { LANGUAGES, languageOf, withoutPrompts } from "./languages.ts";
import { textOf } from "./page-files.ts";
import type { PageMachine } from "./page-machine.ts";

const MAX_OUTPUT = 100_000;
/** Escape sequences of terminals: output is shown as text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they are made of
const ESCAPES = /\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])/g;

export class RunElement extends EmbedElement {
  readonly #output = element("pre", {
    class: "output",
    part: "output",
    role: "log",
    tabindex: 0,
    "aria-label": embedMessage("run.output"),
    hidden: true,
  });
  #run = 0;

  /** What the last run has printed. */
  get output(): string {
    return this.#output.textContent;
  }

  protected override showIdle(): void {
    this.frame.classList.add("around-code");
    if (this.frame.querySelector("slot") === null) this.frame.prepend(element("slot"));
    this.stage.replaceChildren(this.#output);
    this.heading.textContent = this.getAttribute("label") ?? "";
    this.#offer("start.button");
  }

  protected override async run(machine: PageMachine, life: AbortSignal): Promise<void> {
    await this.#runCode(machine, life);
  }

  protected override fail(reason: string): void {
    super.fail(reason);
    this.#offer("action.retry");
  }

  #offer(key: "start.button" | "action.retry"): void {
    const start = this.button("play", key, () => void this.start());
    start.classList.add("primary");
    start.title = embedMessage("start.note");
    this.actions.replaceChildren(start);
  }

  async #runCode(machine: PageMachine, life: AbortSignal): Promise<void> {
    const { sandbox } = machine;
    const name = `${this.mark}-${++this.#run}`;
    const { image, line, input } = this.#program(name);
    await this.fetchImage(machine, image);
    this.#output.textContent = "";
    this.#output.hidden = false;
    this.tell("state.running");
    const process = await sandbox.spawn("bash", ["-c", line], { cwd: "/root" });
    const stop = () => {
      process.kill();
      if (!sandbox.ended) void sandbox.docker.containers.remove(name, { force: true }).catch(() => {});
    };
    life.addEventListener("abort", stop, { once: true });
    const stopped = { by: false };
    const stopButton = this.button("stop", "action.stop", () => {
      stopped.by = true;
      stop();
    });
    this.actions.replaceChildren(stopButton);
    const writer = process.input.getWriter();
    void writer.write(input).catch(() => {});
    void writer.close().catch(() => {});
    await process.output.pipeTo(new WritableStream({ write: (text) => this.#print(text) }));
    const code = await process.exit;
    life.removeEventListener("abort", stop);
    if (stopped.by) this.tell("state.stopped");
    else if (code === 0) this.tell("state.ended");
    else this.tell("state.endedCode", { code });
    const again = this.button("restart", "action.again", () => {
      void this.#runCode(machine, life).catch((error: Error) => this.fail(error.message));
    });
    this.actions.replaceChildren(again);
  }

  /** What runs, and what it reads. Throws when nothing says how. */
  #program(name: string): {
    readonly image: string | undefined;
    readonly line: string;
    readonly input: string;
  } {
    const find = (selector: string) => this.querySelector<HTMLElement>(selector);
    const code = find("pre code") ?? find("pre") ?? this;
    const language = this.getAttribute("language") ?? languageOf(code);
    const known = LANGUAGES.get(language);
    const image = this.imageName() ?? known?.image;
    const command = this.getAttribute("command") ?? known?.command;
    const text = textOf(code);
    if (image === undefined && (known !== undefined || language === "") && !command)
      return { image: undefined, line: "exec bash -s", input: withoutPrompts(text) };
    if (command === undefined) throw new Error(embedMessage("run.language", { language }));
    return { image, line: containerLine({ image, command, name, terminal: false }), input: text };
  }

  #print(text: string): void {
    const shown = this.#output.textContent + text.replace(ESCAPES, "").replace(/\r\n?/g, "\n");
    const cut = shown.length > MAX_OUTPUT;
    this.#output.textContent = cut ? embedMessage("run.cut") + shown.slice(-MAX_OUTPUT / 2) : shown;
    this.#output.scrollTop = this.#output.scrollHeight;
  }
}
