// The pane beside the terminals: one panel at a time, its title, and the command line of what it does.

import "./dock.css";
import "./rows.css";
import "./detail.css";
import "./feedback.css";
import { element } from "../app/element.ts";
import { icon } from "../app/icon.ts";
import { message } from "../app/messages.ts";
import type { PanelName } from "../app/panel-names.ts";
import { CommandTrail } from "./command-trail.ts";
import type { Panel, PanelContext } from "./panel.ts";
import { TaskList } from "./task-list.ts";

type MakePanel = (context: PanelContext) => Panel;

const PANELS: Readonly<Record<PanelName, () => Promise<MakePanel>>> = {
  containers: async () => {
    const { ContainersPanel } = await import("./containers-panel.ts");
    return (context) => new ContainersPanel(context);
  },
  lxc: async () => {
    const { LxcPanel } = await import("./lxc-panel.ts");
    return (context) => new LxcPanel(context);
  },
  images: async () => {
    const { ImagesPanel } = await import("./images-panel.ts");
    return (context) => new ImagesPanel(context);
  },
  volumes: async () => {
    const { VolumesPanel } = await import("./volumes-panel.ts");
    return (context) => new VolumesPanel(context);
  },
  networks: async () => {
    const { NetworksPanel } = await import("./networks-panel.ts");
    return (context) => new NetworksPanel(context);
  },
  files: async () => {
    const { FilesPanel } = await import("./files-panel.ts");
    return (context) => new FilesPanel(context);
  },
  events: async () => {
    const { EventsPanel } = await import("./events-panel.ts");
    return (context) => new EventsPanel(context);
  },
  machine: async () => {
    const { MachinePanel } = await import("./machine-panel.ts");
    return (context) => new MachinePanel(context);
  },
};

export interface DockEvents {
  readonly onClose: () => void;
  readonly onType: (command: string) => void;
  readonly onNote: (text: string) => void;
}

export type DockContext = Omit<PanelContext, "tasks" | "ran">;

export class PanelDock extends HTMLElement {
  /** What panels use of the page, for the palette as well. */
  readonly context: PanelContext;
  readonly #events: DockEvents;
  readonly #title = element("h2", { id: "dock-title", tabindex: -1 });
  readonly #body = element("div", { class: "dock-body" });
  readonly #trail: CommandTrail;
  readonly #tasks = new TaskList();
  #name: PanelName | undefined;
  #panel: Panel | undefined;

  constructor(context: DockContext, events: DockEvents) {
    super();
    this.#events = events;
    this.#trail = new CommandTrail(events.onType, events.onNote);
    this.context = { ...context, tasks: this.#tasks, ran: (command) => this.#trail.ran(command) };
  }

  get panelName(): PanelName | undefined {
    return this.#name;
  }

  connectedCallback(): void {
    if (this.childElementCount > 0) return;
    this.setAttribute("role", "region");
    this.setAttribute("aria-labelledby", "dock-title");
    const label = message("panels.close");
    const close = element(
      "button",
      { type: "button", class: "icon-button", "aria-label": label, title: label },
      icon("cross"),
    );
    close.addEventListener("click", () => this.#events.onClose());
    this.append(
      element("div", { class: "dock-head" }, this.#title, close),
      this.#body,
      this.#tasks,
      this.#trail,
    );
    this.addEventListener("pointerover", (event) => this.#point(event));
    this.addEventListener("focusin", (event) => this.#point(event));
    this.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      event.preventDefault();
      this.#events.onClose();
    });
  }

  /** Shows the panel, with its heading in focus when asked. Rejects when its code cannot be fetched. */
  async open(name: PanelName, argument?: string, focus = true): Promise<void> {
    if (this.#name !== name) {
      this.#name = name;
      this.#title.textContent = message(`panels.${name}`);
      this.#trail.rest();
      this.#body.replaceChildren();
      const make = await PANELS[name]();
      // Another may have been asked for meanwhile.
      if (this.#name !== name) return;
      this.#panel = make(this.context);
      this.#body.replaceChildren(this.#panel);
      this.#body.scrollTop = 0;
    }
    if (argument !== undefined) this.#panel?.select(argument);
    if (focus) this.#title.focus();
  }

  /** The panel ends; what is under way goes on. */
  close(): void {
    this.#name = undefined;
    this.#panel = undefined;
    this.#body.replaceChildren();
  }

  #point({ target }: Event): void {
    const command = target instanceof Element ? target.closest<HTMLElement>("[data-command]") : null;
    if (command !== null) this.#trail.point(command.dataset.command ?? "");
  }
}

customElements.define("slipway-dock", PanelDock);
