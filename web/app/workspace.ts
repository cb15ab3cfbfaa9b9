// What is between the tabs and the status line: the terminals, the pane of panels beside them, and the rail. The panels'
// code is fetched when the first of them is opened.

import type { DockContext, PanelDock } from "../panels/panel-dock.ts";
import type { PaletteCommand } from "./command-palette.ts";
import { element } from "./element.ts";
import { message } from "./messages.ts";
import type { PanelName } from "./panel-names.ts";
import { PanelRail } from "./panel-rail.ts";
import { clampPanelWidth, PANEL_WIDTH, type PreferenceStore } from "./preferences.ts";
import type { SandboxClient } from "./sandbox-client.ts";

export interface WorkspaceOptions {
  readonly client: SandboxClient;
  readonly preferences: PreferenceStore;
  /** In a new terminal, with Enter. */
  readonly openTerminal: (line: string) => void;
  /** Into the seen terminal, without Enter. */
  readonly type: (text: string) => void;
  /** An image by id, and what the page itself needs. */
  readonly keepOffline: (
    image: string,
    onProgress: (keptBytes: number, totalBytes: number) => void,
  ) => Promise<void>;
  readonly note: (text: string) => void;
  readonly announce: (text: string) => void;
  /** The pane has gone, and had the focus. */
  readonly giveFocusBack: () => void;
  readonly onChange: () => void;
}

const WIDTH_STEP = 24;

export class Workspace extends HTMLElement {
  readonly #stage: HTMLElement;
  readonly #options: WorkspaceOptions;
  readonly #rail = new PanelRail((name) => this.toggle(name));
  readonly #divider = element("div", {
    class: "divider",
    role: "separator",
    tabindex: 0,
    "aria-orientation": "vertical",
    "aria-label": message("panels.resize"),
    "aria-valuemin": PANEL_WIDTH.minimum,
    "aria-valuemax": PANEL_WIDTH.maximum,
  });
  readonly #promptListeners = new Set<() => void>();
  #dock: PanelDock | undefined;
  #shown: PanelName | undefined;

  constructor(stage: HTMLElement, options: WorkspaceOptions) {
    super();
    this.#stage = stage;
    this.#options = options;
  }

  get panel(): PanelName | undefined {
    return this.#shown;
  }

  connectedCallback(): void {
    this.replaceChildren(this.#stage, this.#rail);
    this.#options.preferences.observe(({ panelWidth }) => this.#setWidth(panelWidth));
    this.#options.client.observe(({ phase }) => this.#setReady(phase === "ready"));
    this.#divider.addEventListener("pointerdown", (event) => this.#drag(event));
    this.#divider.addEventListener("keydown", (event) => this.#resizeByKey(event));
    const { panel } = this.#options.preferences.current;
    if (panel !== undefined && !this.#isNarrow) void this.show(panel, undefined, false);
  }

  /** Without a machine the panels show what was, and nothing can be done. */
  #setReady(ready: boolean): void {
    this.toggleAttribute("data-stale", !ready);
    for (const part of this.#dock?.querySelectorAll<HTMLElement>(".dock-body, slipway-trail") ?? [])
      part.inert = !ready;
  }

  toggle(name: PanelName): void {
    if (this.#shown === name) this.close();
    else void this.show(name);
  }

  /** The one that was open last, or none. */
  toggleLast(): void {
    if (this.#shown !== undefined) this.close();
    else void this.show(this.#options.preferences.current.panel ?? "containers");
  }

  async show(name: PanelName, argument?: string, focus = true): Promise<void> {
    this.#setShown(name);
    this.#options.preferences.set({ panel: name });
    try {
      const dock = await this.#loadDock();
      if (this.#shown === name) await dock.open(name, argument, focus);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#options.note(message("panels.loadFailed", { reason }));
      this.close();
    }
  }

  close(): void {
    const name = this.#shown;
    if (name === undefined) return;
    const hadFocus = this.#dock?.contains(document.activeElement) === true;
    this.#setShown(undefined);
    this.#options.preferences.set({ panel: undefined });
    this.#dock?.close();
    if (hadFocus) this.#options.giveFocusBack();
  }

  /** Commands for what the engine has. Rejects while there is no machine. */
  async engineCommands(): Promise<readonly PaletteCommand[]> {
    const [{ engineCommands }, dock] = await Promise.all([import("./palette-commands.ts"), this.#loadDock()]);
    return await engineCommands(dock.context);
  }

  /** A shell's prompt came back in one of the terminals. */
  promptSeen(): void {
    for (const listener of this.#promptListeners) listener();
  }

  get #isNarrow(): boolean {
    return window.matchMedia("(max-width: 860px)").matches;
  }

  #setShown(name: PanelName | undefined): void {
    this.#shown = name;
    this.toggleAttribute("data-open", name !== undefined);
    this.#rail.show(name);
    this.#options.onChange();
  }

  async #loadDock(): Promise<PanelDock> {
    const [{ PanelDock }, context] = await Promise.all([import("../panels/panel-dock.ts"), this.#context()]);
    if (this.#dock === undefined) {
      this.#dock = new PanelDock(context, {
        onClose: () => this.close(),
        onType: (command) => {
          if (this.#isNarrow) this.close();
          this.#options.type(command);
        },
        onNote: this.#options.note,
      });
      this.#stage.after(this.#dock);
      this.#dock.prepend(this.#divider);
      this.#setReady(this.#options.client.state.phase === "ready");
    }
    return this.#dock;
  }

  async #context(): Promise<DockContext> {
    const [{ DockerClient }, { EngineFeed }] = await Promise.all([
      import("../docker/docker-client.ts"),
      import("../docker/engine-feed.ts"),
    ]);
    const { client, openTerminal, announce, note, keepOffline } = this.#options;
    const docker = new DockerClient(client.docker);
    return {
      docker,
      feed: new EngineFeed(docker, client),
      runCommand: (command, signal) => client.runCommand(command, signal),
      listFiles: (container, path) => client.listFiles(container, path),
      keepOffline: (image, { signal, report }) => {
        signal.addEventListener("abort", () => client.stopKeeping(image), { once: true });
        return keepOffline(image, (doneBytes, totalBytes) => report({ doneBytes, totalBytes }));
      },
      openTerminal: (line) => {
        if (this.#isNarrow) this.close();
        openTerminal(line);
      },
      onPrompt: (listener, signal) => {
        this.#promptListeners.add(listener);
        signal.addEventListener("abort", () => this.#promptListeners.delete(listener), { once: true });
      },
      show: (panel, argument) => void this.show(panel, argument),
      announce,
      note,
    };
  }

  #setWidth(width: number | undefined): void {
    const used = width ?? PANEL_WIDTH.usual;
    this.style.setProperty("--panel-width", `${used}px`);
    this.#divider.setAttribute("aria-valuenow", String(used));
  }

  #drag(down: PointerEvent): void {
    down.preventDefault();
    this.#divider.setPointerCapture(down.pointerId);
    const edge = this.#rail.getBoundingClientRect().left;
    const move = (event: PointerEvent) => this.#setWidth(clampPanelWidth(edge - event.clientX));
    this.#divider.addEventListener("pointermove", move);
    this.#divider.addEventListener(
      "lostpointercapture",
      () => {
        this.#divider.removeEventListener("pointermove", move);
        const panelWidth = Number(this.#divider.getAttribute("aria-valuenow"));
        this.#options.preferences.set({ panelWidth });
      },
      { once: true },
    );
  }

  #resizeByKey(event: KeyboardEvent): void {
    const step = { ArrowLeft: WIDTH_STEP, ArrowRight: -WIDTH_STEP }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const width = this.#options.preferences.current.panelWidth ?? PANEL_WIDTH.usual;
    this.#options.preferences.set({ panelWidth: clampPanelWidth(width + step) });
  }
}

customElements.define("slipway-workspace", Workspace);
