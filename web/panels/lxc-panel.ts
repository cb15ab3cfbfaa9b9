// LXC's system containers: each a whole Linux with an init of its own, on the machine's kernel.

import { element } from "../app/element.ts";
import { formatBytes } from "../app/format-bytes.ts";
import { icon } from "../app/icon.ts";
import { message } from "../app/messages.ts";
import { shellWord } from "../app/shell-words.ts";
import { emptyView } from "./empty-view.ts";
import { keyedChildren } from "./keyed-children.ts";
import {
  createLxc,
  type LxcContainer,
  type LxcSample,
  listLxc,
  lxcFigures,
  runLine,
  watchLxc,
} from "./lxc-source.ts";
import { actionButton, confirmedButton, Panel, type PanelContext } from "./panel.ts";
import { problemView } from "./problem-view.ts";
import { Sparkline } from "./sparkline.ts";
import type { TaskControl } from "./task-list.ts";

const MEMORY_FLOOR_BYTES = 4_000_000;
const CPU_FLOOR_PERCENT = 10;

type Work = (control: TaskControl) => Promise<unknown>;

export class LxcPanel extends Panel {
  readonly #problem = element("div", {});
  readonly #form = element("form", { class: "form-line" });
  readonly #image = element("select", { class: "field", "aria-label": message("lxc.image") });
  readonly #list = element("ul", { class: "rows", "aria-label": message("panels.lxc") });
  readonly #empty = emptyView("server", message("lxc.none"), message("lxc.noneHint"), [
    "lxc-create -n box -t image -- debian && lxc-start -n box && lxc-attach -n box",
  ]);
  readonly #rows = new Map<string, LxcRow>();
  #look: () => void = () => {};

  protected open(): void {
    this.#empty.view.hidden = true;
    this.#empty.onTry((command) => this.context.openTerminal(command));
    this.#fillForm();
    this.replaceChildren(this.#form, this.#problem, this.#list, this.#empty.view);
    this.#look = this.watch([], this.#problem, async () => this.#show(await listLxc(this.context)));
    this.watch(["image"], this.#problem, () => this.#fillImages());
    let machine = new AbortController();
    this.watch([], this.#problem, async () => {
      machine.abort();
      machine = new AbortController();
      // Both end with the machine, and are begun again with the next.
      const signal = AbortSignal.any([machine.signal, this.life]);
      void watchLxc(this.context, this.#look, signal).catch(() => {});
      void this.#readFigures(signal).catch(() => {});
    });
  }

  async #readFigures(signal: AbortSignal): Promise<void> {
    for await (const sample of lxcFigures(this.context, signal)) this.#rows.get(sample.name)?.sample(sample);
  }

  #show(containers: readonly LxcContainer[]): void {
    this.#empty.view.hidden = containers.length > 0;
    keyedChildren(this.#list, containers, {
      key: ({ name }) => name,
      create: ({ name }) => {
        const row = new LxcRow(this.context, (line, label) => this.#run(line, label));
        this.#rows.set(name, row);
        return row;
      },
      update: (row, container) => row.update(container),
      remove: (row) => this.#rows.delete(row.dataset.key ?? ""),
    });
  }

  #run(line: string, label: string, work: Work = ({ signal }) => runLine(this.context, line, signal)): void {
    this.context.ran(line);
    void this.context.tasks
      .run(label, async (control) => {
        await work(control);
      })
      .then(() => this.#look());
  }

  #fillForm(): void {
    const name = element("input", {
      class: "field mono",
      placeholder: message("lxc.name"),
      "aria-label": message("lxc.name"),
      autocomplete: "off",
      autocapitalize: "off",
      spellcheck: "false",
      pattern: "[a-zA-Z0-9][a-zA-Z0-9_.\\-]*",
    });
    const button = element(
      "button",
      { type: "submit", class: "solid-button" },
      icon("plus"),
      message("lxc.create"),
    );
    const command = () =>
      `lxc-create -n ${shellWord(name.value || "NAME")} -t image -- ${shellWord(this.#image.value || "debian")}`;
    const show = () => {
      button.dataset.command = command();
    };
    name.addEventListener("input", show);
    this.#image.addEventListener("change", show);
    show();
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (name.value === "") return name.focus();
      const line = command();
      const create = (control: TaskControl) => createLxc(this.context, line, control);
      this.#run(line, message("lxc.creating", { name: name.value }), create);
      name.value = "";
    });
    this.#form.replaceChildren(name, this.#image, button);
  }

  /** Debian is fetched when it is not there yet: it ships with the page. */
  async #fillImages(): Promise<void> {
    const images = await this.context.docker.images.list();
    const tags = images.flatMap(({ RepoTags }) => RepoTags ?? []).map((tag) => tag.replace(/:latest$/, ""));
    const chosen = this.#image.value;
    const names = [...new Set(["debian", "busybox", ...tags])];
    this.#image.replaceChildren(...names.map((name) => element("option", { value: name }, name)));
    if (names.includes(chosen)) this.#image.value = chosen;
  }
}

class LxcRow extends HTMLElement {
  readonly #context: PanelContext;
  readonly #run: (line: string, label: string) => void;
  readonly #name = element("button", { type: "button", class: "row-name", "aria-expanded": "false" });
  readonly #line = element("div", { class: "row-line" });
  readonly #actions = element("div", { class: "row-actions" });
  readonly #cpu = new Sparkline(message("graphs.cpu"), CPU_FLOOR_PERCENT);
  readonly #memory = new Sparkline(message("graphs.memory"), MEMORY_FLOOR_BYTES);
  readonly #graphs = element("div", { class: "graphs" }, this.#cpu, this.#memory);
  readonly #more = element("div", { class: "row-more", hidden: true });
  #shown = "";

  constructor(context: PanelContext, run: (line: string, label: string) => void) {
    super();
    this.#context = context;
    this.#run = run;
    this.#name.addEventListener("click", () => void this.#toggle());
  }

  connectedCallback(): void {
    if (this.childElementCount > 0) return;
    this.setAttribute("role", "listitem");
    this.className = "row";
    this.append(
      element("div", { class: "row-head" }, this.#name, this.#actions),
      this.#line,
      this.#graphs,
      this.#more,
    );
  }

  update({ name, state, pid, addresses }: LxcContainer): void {
    const shown = JSON.stringify([name, state, pid, addresses]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const running = state === "RUNNING";
    this.dataset.state = state.toLowerCase();
    this.#name.textContent = name;
    this.#name.dataset.command = `lxc-info -n ${shellWord(name)}`;
    this.#line.replaceChildren(
      element("span", {}, state.toLowerCase()),
      ...(pid === undefined ? [] : [element("span", {}, message("lxc.init", { pid }))]),
      ...addresses.map((address) => element("span", { class: "row-image" }, address)),
    );
    this.#graphs.hidden = !running;
    if (!running) {
      this.#cpu.clear();
      this.#memory.clear();
    }
    this.#actions.replaceChildren(...this.#buttons(name, state));
  }

  sample({ cpuPercent, memoryBytes }: LxcSample): void {
    if (cpuPercent !== undefined)
      this.#cpu.push(
        cpuPercent,
        message("graphs.percent", { percent: cpuPercent.toFixed(cpuPercent < 10 ? 1 : 0) }),
      );
    this.#memory.push(memoryBytes, formatBytes(memoryBytes));
  }

  #buttons(name: string, state: string): HTMLElement[] {
    const word = shellWord(name);
    const button = (
      iconName: "play" | "stop" | "pause" | "restart",
      key: "start" | "stop" | "freeze" | "unfreeze" | "restart",
      command: string,
    ) => {
      const label = message(`lxc.${key}`, { name });
      return actionButton({ icon: iconName, label, command }, () => this.#run(command, label));
    };
    const destroy = state === "STOPPED" ? `lxc-destroy -n ${word}` : `lxc-destroy -f -n ${word}`;
    const label = message("lxc.destroy", { name });
    const remove = confirmedButton(
      { icon: "trash", label, question: message("confirm.remove"), command: destroy },
      () => this.#run(destroy, label),
    );
    if (state === "FROZEN") return [button("play", "unfreeze", `lxc-unfreeze -n ${word}`), remove];
    if (state !== "RUNNING") return [button("play", "start", `lxc-start -n ${word}`), remove];
    const attach = `lxc-attach -n ${word}`;
    return [
      actionButton({ icon: "terminal", label: message("lxc.shell", { name }), command: attach }, () => {
        this.#context.ran(attach);
        this.#context.openTerminal(attach);
      }),
      button("pause", "freeze", `lxc-freeze -n ${word}`),
      button("stop", "stop", `lxc-stop -n ${word}`),
      button("restart", "restart", `lxc-stop -n ${word} && lxc-start -n ${word}`),
      remove,
    ];
  }

  /** What lxc-info says, and the configuration. */
  async #toggle(): Promise<void> {
    this.#more.hidden = !this.#more.hidden;
    this.#name.setAttribute("aria-expanded", String(!this.#more.hidden));
    if (this.#more.hidden) return;
    const word = shellWord(this.#name.textContent ?? "");
    this.#context.ran(`lxc-info -n ${word}`);
    try {
      const text = await runLine(this.#context, `lxc-info -n ${word}; echo; cat /var/lib/lxc/${word}/config`);
      this.#more.replaceChildren(element("pre", { class: "log short", tabindex: 0 }, text));
    } catch (error) {
      this.#more.replaceChildren(problemView(error));
    }
  }
}

customElements.define("slipway-lxc-row", LxcRow);
customElements.define("slipway-lxc-panel", LxcPanel);
