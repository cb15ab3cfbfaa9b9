// The open terminals: which there are, which one is seen, and each one's shell. A terminal outlives its shell and its
// machine: when a new machine is ready, every terminal gets a new shell and keeps its scrollback.

import type { TerminalSize } from "../../worker/rpc/protocol.ts";
import type { TerminalView, TerminalViewEvents, TerminalViewSettings } from "../terminal/terminal-view.ts";
import { message } from "./messages.ts";
import type { SandboxClient, TerminalConnection } from "./sandbox-client.ts";
import { SHORTCUT_KEYS } from "./shortcuts.ts";

type ViewClass = typeof TerminalView;

export interface DeckTab {
  readonly id: string;
  readonly number: number;
  readonly view: TerminalView;
  title: string;
  marked: boolean;
}

interface OpenTab extends DeckTab {
  connection: TerminalConnection | undefined;
  /** A shell is being opened. */
  connecting: boolean;
  /** Typed at the first prompt. */
  firstLine: string | undefined;
}

export interface DeckEvents {
  /** Tabs, titles, marks or the active one changed. */
  readonly onChange: () => void;
  readonly onSize: (size: TerminalSize) => void;
  readonly onSelection: (text: string) => void;
  readonly announce: (text: string) => void;
  /** A shell shows its prompt: what ran before has ended. */
  readonly onPrompt: () => void;
  readonly isShortcut: TerminalViewEvents["isShortcut"];
  readonly takeModifiers: TerminalViewEvents["takeModifiers"];
}

export interface DeckOptions {
  readonly stage: HTMLElement;
  readonly client: SandboxClient;
  readonly viewClass: ViewClass;
  readonly settings: () => TerminalViewSettings;
  readonly events: DeckEvents;
}

export class TerminalDeck {
  readonly #options: DeckOptions;
  readonly #tabs: OpenTab[] = [];
  #active: OpenTab | undefined;
  #nextNumber = 1;

  constructor(options: DeckOptions) {
    this.#options = options;
    options.client.observe(({ phase }) => {
      for (const tab of this.#tabs) {
        if (phase === "ready") void this.#connect(tab);
        else if (tab.connection !== undefined) this.#lost(tab);
      }
    });
  }

  get tabs(): readonly DeckTab[] {
    return this.#tabs;
  }

  get active(): DeckTab | undefined {
    return this.#active;
  }

  /** Opens a terminal and shows it; its shell follows when the machine is ready, and runs `firstLine`. */
  open(firstLine?: string): void {
    const number = this.#nextNumber++;
    const { viewClass, settings, stage } = this.#options;
    const id = String(number);
    const title = message("tabs.name", { number });
    const view = new viewClass(settings(), this.#eventsOf(id));
    const tab: OpenTab = {
      id,
      number,
      view,
      title,
      marked: false,
      connection: undefined,
      connecting: false,
      firstLine,
    };
    view.id = `panel-${id}`;
    view.setAttribute("role", "tabpanel");
    view.setAttribute("aria-labelledby", `tab-${id}`);
    this.#tabs.push(tab);
    this.#active?.view.hide();
    stage.append(view);
    view.open(message("terminal.label", { title, keys: SHORTCUT_KEYS.leave }));
    this.#show(tab);
    if (number > 1) this.#options.events.announce(message("tabs.opened", { title }));
    if (this.#options.client.state.phase === "ready") void this.#connect(tab);
  }

  /** The last terminal is never missing: closing it opens another. */
  close(id = this.#active?.id): void {
    const index = this.#tabs.findIndex((tab) => tab.id === id);
    const tab = this.#tabs[index];
    if (tab === undefined) return;
    const hadFocus = tab.view.contains(document.activeElement);
    this.#drop(tab);
    this.#tabs.splice(index, 1);
    tab.view.dispose();
    this.#options.events.announce(message("tabs.closed", { title: tab.title }));
    if (this.#active !== tab) {
      this.#options.events.onChange();
      return;
    }
    this.#active = undefined;
    const next = this.#tabs[Math.min(index, this.#tabs.length - 1)];
    if (next === undefined) this.open();
    else this.#show(next);
    if (hadFocus) this.#focus();
  }

  select(id: string): void {
    const tab = this.#tabs.find((candidate) => candidate.id === id);
    if (tab !== undefined) this.#show(tab);
  }

  selectIndex(index: number): void {
    const tab = this.#tabs[index];
    if (tab !== undefined) this.#show(tab);
  }

  /** `step` tabs on, around the end. */
  selectNext(step: 1 | -1): void {
    if (this.#active === undefined) return;
    const count = this.#tabs.length;
    this.selectIndex((this.#tabs.indexOf(this.#active) + step + count) % count);
  }

  #show(tab: OpenTab): void {
    if (this.#active !== tab) this.#active?.view.hide();
    this.#active = tab;
    tab.marked = false;
    tab.view.show();
    this.#options.events.onSize(tab.view.size);
    this.#options.events.onChange();
  }

  #focus(): void {
    this.#active?.view.focus();
  }

  async #connect(tab: OpenTab): Promise<void> {
    if (tab.connection !== undefined || tab.connecting) return;
    tab.connecting = true;
    try {
      const size = tab.view.size;
      const connection = await this.#options.client.openTerminal(size);
      if (!this.#tabs.includes(tab) || this.#options.client.state.phase !== "ready")
        return connection.close();
      tab.connection = connection;
      tab.view.connect(connection.port);
      if (tab.view.size.columns !== size.columns || tab.view.size.rows !== size.rows)
        connection.resize(tab.view.size);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (this.#options.client.state.phase === "ready")
        tab.view.notice(message("terminal.openFailed", { reason }));
    } finally {
      tab.connecting = false;
    }
  }

  /** Its machine is gone; what follows on the screen is another's. */
  #lost(tab: OpenTab): void {
    this.#drop(tab);
    tab.view.resetModes();
    tab.view.notice(message("terminal.lost"));
  }

  /** Without a connection already there, nothing happens. */
  #drop(tab: OpenTab): void {
    tab.view.disconnect();
    tab.connection?.close();
    tab.connection = undefined;
  }

  #eventsOf(id: string): TerminalViewEvents {
    const { events } = this.#options;
    const withTab = (act: (tab: OpenTab) => void) => {
      const tab = this.#tabs.find((candidate) => candidate.id === id);
      if (tab !== undefined) act(tab);
    };
    return {
      onTitle: (title) =>
        withTab((tab) => {
          tab.title = title ?? message("tabs.name", { number: tab.number });
          events.onChange();
        }),
      onSize: (size) =>
        withTab((tab) => {
          tab.connection?.resize(size);
          if (tab === this.#active) events.onSize(size);
        }),
      onBell: () =>
        withTab((tab) => {
          if (tab === this.#active) return;
          tab.marked = true;
          events.onChange();
        }),
      onExit: (code) => withTab((tab) => this.#ended(tab, code)),
      onEnterWithoutShell: () =>
        withTab((tab) => {
          if (this.#options.client.state.phase === "ready") void this.#connect(tab);
        }),
      onPrompt: () =>
        withTab((tab) => {
          const line = tab.firstLine;
          tab.firstLine = undefined;
          if (line !== undefined) tab.view.type(`${line}\r`);
          events.onPrompt();
        }),
      onSelection: events.onSelection,
      isShortcut: events.isShortcut,
      takeModifiers: events.takeModifiers,
    };
  }

  /** A shell that ended well takes its terminal along, as in other terminal programs, unless it is the last. */
  #ended(tab: OpenTab, code: number): void {
    this.#drop(tab);
    if (code === 0 && this.#tabs.length > 1) {
      this.close(tab.id);
      return;
    }
    tab.view.resetModes();
    tab.view.notice(message("terminal.ended", { code }));
  }
}
