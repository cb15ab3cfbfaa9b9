// The page: puts its parts together and carries what one of them reports to the others. Nothing else knows more than one.

import { OfflineInstall } from "../offline/install-offline.ts";
import { PreviewDesk } from "../preview/preview-desk.ts";
import { writeClipboard } from "../terminal/clipboard.ts";
import { KeyBar } from "../terminal/key-bar.ts";
import { BootView } from "./boot-view.ts";
import { hasCoarsePointer } from "./coarse-pointer.ts";
import type { CommandPalette } from "./command-palette.ts";
import { element } from "./element.ts";
import { FailureView } from "./failure-view.ts";
import { FirstTips } from "./first-tips.ts";
import { fitViewport } from "./fit-viewport.ts";
import { forgetEverything } from "./forget-everything.ts";
import { HelpDialog } from "./help-dialog.ts";
import { HintBar } from "./hint-bar.ts";
import { message } from "./messages.ts";
import { PageHeader } from "./page-header.ts";
import { PreferenceStore } from "./preferences.ts";
import { publicApi } from "./public-api.ts";
import { runShortcut } from "./run-shortcut.ts";
import type { SandboxClient } from "./sandbox-client.ts";
import { opensPalette, type Shortcut, shortcutFor } from "./shortcuts.ts";
import { StatusLine } from "./status-line.ts";
import { StorageSettings } from "./storage-settings.ts";
import { TabStrip } from "./tab-strip.ts";
import { TerminalDeck } from "./terminal-deck.ts";
import { TerminalTools } from "./terminal-tools.ts";
import { Theme } from "./theme.ts";
import { Workspace } from "./workspace.ts";

/** What iOS asks of text that is typed into: below it, focusing zooms the page. */
const FONT_SIZE_COARSE = 16;
const FONT_SIZE_FINE = 14;

export class SlipwayApp extends HTMLElement {
  readonly #client: SandboxClient;
  readonly #preferences = new PreferenceStore(() => window.localStorage);
  readonly #theme = new Theme(this.#preferences);
  readonly #stage = element("main", { id: "stage", tabindex: -1 });
  readonly #previews = new PreviewDesk(this.#stage, {
    ask: (port, wanted, answer) => this.#client.preview(port, wanted, answer),
    announce: (text) => this.#status.announce(text),
    onClose: () => this.#focusTerminal(),
  });
  readonly #boot = new BootView(() => this.#client.cancel());
  readonly #failure = new FailureView();
  readonly #status = new StatusLine();
  readonly #tools = new TerminalTools({
    stage: this.#stage,
    seen: () => this.#deck?.active?.view,
    note: (text) => this.#status.note(text),
    newTab: () => this.#run({ name: "new-tab" }),
    closeTab: () => this.#run({ name: "close-tab" }),
    giveFocusBack: () => this.#focusTerminal(),
  });
  readonly #tabs = new TabStrip({
    onSelect: (id) => this.#deck?.select(id),
    onClose: (id) => this.#deck?.close(id),
    onNew: () => this.#run({ name: "new-tab" }),
    onEnter: () => this.#focusTerminal(),
  });
  readonly #header = new PageHeader(this.#tabs, {
    onPalette: () => this.#run({ name: "palette" }),
    onFind: () => this.#run({ name: "find" }),
    onTheme: () => this.#theme.toggle(),
    onHelp: () => this.#help.open(),
    onPanels: () => this.#workspace.toggleLast(),
  });
  readonly #hints = new HintBar(
    (command) => this.#type(command),
    () => {
      this.#preferences.set({ hintsHidden: true });
      this.#focusTerminal();
    },
  );
  readonly #keys = new KeyBar({
    onKey: (key, modifiers) => this.#deck?.active?.view.press(key, modifiers),
    onText: (text) => this.#type(text),
    onPaste: () => void this.#tools.paste(),
  });
  readonly #offline = new OfflineInstall();
  readonly #storage = new StorageSettings({
    forget: async () => {
      await forgetEverything(this.#client);
      location.reload();
    },
    keepOffline: (onProgress) => this.#keepOffline(undefined, onProgress),
    stopKeeping: () => this.#client.stopKeeping(),
  });
  readonly #help = new HelpDialog(
    this.#preferences,
    () => this.#fontSize,
    this.#storage,
    () => this.#focusTerminal(),
  );
  readonly #tips = new FirstTips(() => {
    this.#preferences.set({ tipsSeen: true });
    this.#focusTerminal();
  });
  readonly #workspace: Workspace;
  #palette: CommandPalette | undefined;
  #deck: TerminalDeck | undefined;

  constructor(client: SandboxClient) {
    super();
    this.#client = client;
    this.#workspace = new Workspace(this.#stage, {
      client,
      preferences: this.#preferences,
      openTerminal: (line) => this.#openTerminal(line),
      type: (text) => this.#type(text),
      keepOffline: (image, onProgress) => this.#keepOffline(image, onProgress),
      note: (text) => this.#status.note(text),
      announce: (text) => this.#status.announce(text),
      giveFocusBack: () => this.#focusTerminal(),
      onChange: () => this.#header.showPanels(this.#workspace.panel !== undefined),
    });
    window.slipway = publicApi(client, () => this.#deck);
  }

  connectedCallback(): void {
    this.replaceChildren(
      this.#skipLink(),
      this.#header.element,
      this.#workspace,
      this.#hints,
      this.#keys,
      this.#status,
    );
    this.#status.offer(this.#previews.offers);
    this.#client.observePorts((ports) => this.#previews.showPorts(ports));
    this.#stage.append(this.#tips, this.#boot, this.#failure);
    this.#tools.attach();
    this.append(this.#help);
    fitViewport(document.documentElement);
    document.addEventListener("keydown", (event) => this.#keydown(event));
    this.#theme.observe(() => this.#recolor());
    this.#preferences.observe(({ hintsHidden, tipsSeen }) => {
      this.#hints.hidden = hintsHidden;
      if (tipsSeen) this.#tips.hidden = true;
      for (const tab of this.#deck?.tabs ?? []) tab.view.applySettings(this.#settings());
    });
    this.#client.observe((state) => this.#show(state));
    // A tab in the background may be ended without another word.
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") void this.#client.sync();
    });
    void this.#openFirst();
    void this.#client.start();
  }

  get #fontSize(): number {
    return this.#preferences.current.fontSize ?? (hasCoarsePointer() ? FONT_SIZE_COARSE : FONT_SIZE_FINE);
  }

  #settings() {
    return {
      fontSize: this.#fontSize,
      fontFamily: getComputedStyle(document.documentElement).getPropertyValue("--font-mono"),
      screenReader: this.#preferences.current.screenReader,
    };
  }

  /** xterm comes in a file of its own, fetched while the machine is. */
  async #openFirst(): Promise<void> {
    try {
      const { TerminalView } = await import("./styled-terminal-view.ts");
      this.#deck = new TerminalDeck({
        stage: this.#stage,
        client: this.#client,
        viewClass: TerminalView,
        settings: () => this.#settings(),
        events: {
          onChange: () => this.#renderTabs(),
          onSize: (size) => this.#status.resize(size),
          onSelection: (text) => {
            if (this.#preferences.current.copyOnSelect) void writeClipboard(text);
          },
          announce: (text) => this.#status.announce(text),
          isShortcut: (event) => shortcutFor(event) !== undefined,
          onPrompt: () => this.#workspace.promptSeen(),
          takeModifiers: () => this.#keys.takeModifiers(),
        },
      });
      this.#deck.open();
      if (this.#client.state.phase === "ready") this.#focusTerminal();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#failure.show(
        { reason: "asset", message: message("terminal.loadFailed", { reason }), consoleTail: "" },
        () => location.reload(),
        () => {},
      );
    }
  }

  #show(state: SandboxClient["state"]): void {
    const wasCovered = this.#stage.dataset.phase !== "ready";
    this.#stage.dataset.phase = state.phase;
    this.#status.update(state);
    this.#hints.inert = state.phase !== "ready";
    if (state.phase === "ready") this.#tips.hidden = this.#preferences.current.tipsSeen;
    const stopped = state.phase === "failed" || state.phase === "held";
    this.toggleAttribute("data-failed", stopped);
    this.#boot.hidden = state.phase === "ready" || stopped;
    this.#storage.update(state);
    if (state.phase === "ready" && wasCovered) this.#offline.later();
    if (state.phase === "ready") this.#previews.useMachine(state.storage.kind === "kept");
    if (stopped) {
      this.#tools.closeFind();
      const withoutSaving = () => void this.#client.start("memory");
      if (state.phase === "held")
        this.#failure.showHeld(() => void this.#client.start("take-over"), withoutSaving);
      else this.#failure.show(state, () => void this.#client.restart(), withoutSaving);
      return;
    }
    this.#failure.hidden = true;
    this.#boot.update(state);
    if (state.phase === "ready" && state.storage.kind === "memory" && state.storage.why === "blocked")
      this.#status.note(message("storage.blockedNote"));
    if (state.phase === "ready" && wasCovered && !this.#help.contains(document.activeElement))
      this.#focusTerminal();
  }

  #skipLink(): HTMLElement {
    const link = element("a", { class: "skip", href: "#stage" }, message("page.skip"));
    link.addEventListener("click", (event) => {
      event.preventDefault();
      this.#focusTerminal();
    });
    return link;
  }

  #renderTabs(): void {
    this.#tabs.render(this.#deck?.tabs ?? [], this.#deck?.active?.id);
  }

  #recolor(): void {
    this.#header.showTheme(this.#theme.current);
    for (const tab of this.#deck?.tabs ?? []) tab.view.recolor();
  }

  #keydown(event: KeyboardEvent): void {
    const inTerminal = this.#stage.contains(document.activeElement);
    const shortcut = opensPalette(event, inTerminal) ? ({ name: "palette" } as const) : shortcutFor(event);
    if (shortcut === undefined || this.#help.contains(document.activeElement)) return;
    // The browser's own paste is the one that needs no permission; xterm takes it from there.
    if (shortcut.name === "paste" || (shortcut.name === "copy" && !inTerminal)) return;
    if (shortcut.name === "menu" && !inTerminal) return;
    event.preventDefault();
    this.#run(shortcut);
  }

  #run(shortcut: Shortcut): void {
    const deck = this.#deck;
    if (deck === undefined) return;
    runShortcut(shortcut, {
      deck,
      tools: this.#tools,
      tabs: this.#tabs,
      help: this.#help,
      workspace: this.#workspace,
      stage: this.#stage,
      hasText: this.#client.state.phase !== "failed",
      openPalette: () => void this.#openPalette(),
      focusTerminal: () => this.#focusTerminal(),
    });
  }

  async #openPalette(): Promise<void> {
    const [{ CommandPalette }, { pageCommands }] = await Promise.all([
      import("./command-palette.ts"),
      import("./palette-commands.ts"),
    ]);
    if (this.#palette === undefined) {
      this.#palette = new CommandPalette();
      this.append(this.#palette);
    }
    const commands = pageCommands({
      run: (shortcut) => this.#run(shortcut),
      showPanel: (name) => void this.#workspace.show(name),
      openTerminal: (line) => this.#openTerminal(line),
      toggleTheme: () => this.#theme.toggle(),
      restart: () => void this.#client.restart(),
    });
    const before = document.activeElement;
    this.#palette.open(commands, this.#workspace.engineCommands(), () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
      else this.#focusTerminal();
    });
  }

  /** The page itself, its machine, and an image or all of them. */
  async #keepOffline(
    image: string | undefined,
    onProgress: (keptBytes: number, totalBytes: number) => void,
  ): Promise<void> {
    void navigator.storage.persist().catch(() => {});
    await this.#client.keepOffline(image, onProgress);
    await this.#offline.now();
  }

  #openTerminal(line: string): void {
    this.#deck?.open(line);
    this.#focusTerminal();
  }

  #type(text: string): void {
    this.#deck?.active?.view.type(text);
    this.#focusTerminal();
  }

  /** Not while a failure is shown: then the focus is on its button. */
  #focusTerminal(): void {
    if (this.#failure.hidden) this.#deck?.active?.view.focus();
  }
}

customElements.define("slipway-app", SlipwayApp);
