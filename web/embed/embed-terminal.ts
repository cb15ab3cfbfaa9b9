// A terminal in an element, with a command of the guest at its other end.

import type { TerminalConnection } from "../app/sandbox-client.ts";
import { SHORTCUT_KEYS, shortcutFor } from "../app/shortcuts.ts";
import { clientOf, type Sandbox } from "../sandbox/sandbox.ts";
import { TerminalView } from "../terminal/terminal-view.ts";
import { embedMessage } from "./embed-messages.ts";

const FONT_SIZE = 14;

export interface EmbedTerminalEvents {
  readonly onExit: (code: number) => void;
  /** Enter after the command has ended. */
  readonly onAgain: () => void;
  /** The keys that leave the terminal. */
  readonly onLeave: () => void;
}

export class EmbedTerminal {
  readonly #sandbox: Sandbox;
  readonly #view: TerminalView;
  #connection: TerminalConnection | undefined;

  constructor(sandbox: Sandbox, stage: HTMLElement, title: string, events: EmbedTerminalEvents) {
    this.#sandbox = sandbox;
    const style = getComputedStyle(stage);
    const settings = {
      fontSize: Number.parseFloat(style.getPropertyValue("--slipway-font-size")) || FONT_SIZE,
      fontFamily: style.getPropertyValue("--font-mono"),
      screenReader: false,
    };
    const nothing = () => {};
    this.#view = new TerminalView(settings, {
      onTitle: nothing,
      onSize: (size) => this.#connection?.resize(size),
      onBell: nothing,
      onExit: (code) => {
        this.#drop();
        this.#view.resetModes();
        this.#view.notice(embedMessage("terminal.again", { code }));
        events.onExit(code);
      },
      onEnterWithoutShell: events.onAgain,
      onSelection: nothing,
      onPrompt: nothing,
      isShortcut: (event) => {
        if (shortcutFor(event)?.name !== "leave") return false;
        if (event.type === "keydown") events.onLeave();
        return true;
      },
      takeModifiers: () => ({ control: false, alt: false }),
    });
    stage.replaceChildren(this.#view);
    this.#view.open(embedMessage("terminal.label", { title, keys: SHORTCUT_KEYS.leave }));
  }

  get text(): string {
    return this.#view.text;
  }

  /** Ends what runs, and runs a line of the guest's shell. Rejects when it cannot be started. */
  async run(line: string): Promise<void> {
    this.#drop();
    const { size } = this.#view;
    const connection = await clientOf(this.#sandbox).openTerminal(size, { line });
    this.#connection = connection;
    this.#view.connect(connection.port);
    const now = this.#view.size;
    if (now.columns !== size.columns || now.rows !== size.rows) connection.resize(now);
  }

  type(text: string): void {
    this.#view.type(text);
  }

  notice(text: string): void {
    this.#view.notice(text);
  }

  recolor(): void {
    this.#view.recolor();
  }

  focus(): void {
    this.#view.focus();
  }

  dispose(): void {
    this.#drop();
    this.#view.dispose();
  }

  #drop(): void {
    this.#view.disconnect();
    this.#connection?.close();
    this.#connection = undefined;
  }
}
