// One terminal: xterm in an element that keeps it fitted, and the wiring between xterm and a shell's port. It outlives
// its shell: another can be connected, and the scrollback stays.

import { FitAddon } from "@xterm/addon-fit";
import { WebLinksAddon } from "@xterm/addon-web-links";
import { Terminal } from "@xterm/xterm";
import type { TerminalSize } from "../../worker/rpc/protocol.ts";
import { bufferText } from "./buffer-text.ts";
import { type BarKey, keySequence, type Modifiers, withModifiers } from "./key-sequence.ts";
import { mayMove } from "./motion.ts";
import { openLink } from "./safe-link.ts";
import { tabTitle } from "./tab-title.ts";
import { terminalColors } from "./terminal-colors.ts";
import { TerminalLink } from "./terminal-link.ts";
import { enableTouchScroll } from "./touch-scroll.ts";
import { seenLines, withoutUnseenLines } from "./unseen-lines.ts";
import { WebglRenderer } from "./webgl-renderer.ts";

const SCROLLBACK_LINES = 10_000;
const BRACKETED_PASTE = 2004;
/** Dragging a window's edge asks for a new size at every pixel; the guest is told of the last. */
const RESIZE_QUIET_MS = 80;
/** A flood is drawn about ten times a second: nobody reads it, and drawing it more often takes the processor from the machine. */
const FLOOD_MS = 80;

export interface TerminalViewSettings {
  readonly fontSize: number;
  /** As in CSS. */
  readonly fontFamily: string;
  readonly screenReader: boolean;
}

export interface TerminalViewEvents {
  readonly onTitle: (title: string | undefined) => void;
  readonly onSize: (size: TerminalSize) => void;
  readonly onBell: () => void;
  readonly onExit: (code: number) => void;
  /** Enter in a terminal without a shell. */
  readonly onEnterWithoutShell: () => void;
  readonly onSelection: (text: string) => void;
  /** A shell waits for a line: it has switched bracketed paste on. */
  readonly onPrompt: () => void;
  /** True for a key that is the page's and must not reach the shell. */
  readonly isShortcut: (event: KeyboardEvent) => boolean;
  /** Ctrl and Alt of the touch bar; asking uses them up. */
  readonly takeModifiers: () => Modifiers;
}

export class TerminalView extends HTMLElement {
  readonly #events: TerminalViewEvents;
  readonly terminal: Terminal;
  readonly #fit = new FitAddon();
  readonly #renderer: WebglRenderer;
  readonly #resizes = new ResizeObserver(() => this.#fitSoon());
  #link: TerminalLink | undefined;
  #fitTimer: number | undefined;

  constructor(settings: TerminalViewSettings, events: TerminalViewEvents) {
    super();
    this.#events = events;
    this.terminal = new Terminal({
      allowProposedApi: true,
      cursorBlink: mayMove(),
      fontFamily: settings.fontFamily,
      fontSize: settings.fontSize,
      lineHeight: 1.2,
      linkHandler: { activate: (_event, address) => openLink(address) },
      minimumContrastRatio: 4.5,
      rightClickSelectsWord: false,
      screenReaderMode: settings.screenReader,
      scrollback: SCROLLBACK_LINES,
    });
    this.#renderer = new WebglRenderer(this.terminal);
    this.terminal.loadAddon(this.#fit);
    this.terminal.loadAddon(new WebLinksAddon((_event, address) => openLink(address)));
    this.#listen();
  }

  /** Call once, when this element is in the document and visible: xterm measures its font. */
  open(label: string): void {
    const frame = document.createElement("div");
    frame.className = "terminal-frame";
    this.append(frame);
    this.recolor();
    this.terminal.open(frame);
    this.terminal.textarea?.setAttribute("aria-label", label);
    enableTouchScroll(frame, this.terminal, (key) => this.press(key, { control: false, alt: false }));
    this.#fit.fit();
    this.#resizes.observe(this);
  }

  get size(): TerminalSize {
    return { columns: this.terminal.cols, rows: this.terminal.rows };
  }

  /** Whether it has the size that its place in the page asks for: what is typed meanwhile may be drawn twice. */
  get fitted(): boolean {
    const wanted = this.#fit.proposeDimensions();
    return wanted === undefined || (wanted.cols === this.terminal.cols && wanted.rows === this.terminal.rows);
  }

  get text(): string {
    return bufferText(this.terminal.buffer.active);
  }

  get connected(): boolean {
    return this.#link !== undefined;
  }

  connect(port: MessagePort): void {
    this.disconnect();
    const onExit = (code: number) => {
      this.#link = undefined;
      this.#events.onExit(code);
    };
    this.#link = new TerminalLink(port, this, onExit, FLOOD_MS);
  }

  disconnect(): void {
    this.#link?.close();
    this.#link = undefined;
  }

  /** Output of the shell; `done` when it has been parsed. */
  write(bytes: Uint8Array, done: () => void): void {
    const { terminal } = this;
    const lines = seenLines({ rows: terminal.rows, scrollback: SCROLLBACK_LINES });
    terminal.write(withoutUnseenLines(bytes, lines), done);
  }

  /** As if typed: what a button or a script wants entered. */
  type(text: string): void {
    this.#link?.send(text);
  }

  press(key: BarKey, modifiers: Modifiers): void {
    this.type(keySequence(key, modifiers, this.terminal.modes.applicationCursorKeysMode));
  }

  /** A line of the page's own, in italics, between the shell's. */
  notice(text: string): void {
    const fresh = this.terminal.buffer.active.cursorX === 0 ? "" : "\r\n";
    this.terminal.write(`\x1b[0m\x1b[?25h${fresh}\x1b[3m${text.replace(/\p{Cc}+/gu, " ")}\x1b[0m\r\n`);
  }

  /** Leaves what a program that ended without cleaning up may have set: alternate screen, mouse, bracketed paste. */
  resetModes(): void {
    // Leaving the alternate screen restores a cursor, so it must not be done from the normal one.
    const leave = this.terminal.buffer.active.type === "alternate" ? "\x1b[?1049l" : "";
    this.terminal.write(`${leave}\x1b[?1000;1002;1003;1006;2004;1l\x1b[!p`);
  }

  applySettings(settings: TerminalViewSettings): void {
    this.terminal.options.fontSize = settings.fontSize;
    this.terminal.options.screenReaderMode = settings.screenReader;
    if (!this.hidden) this.#fitSoon();
  }

  recolor(): void {
    this.terminal.options.theme = terminalColors(this);
  }

  show(): void {
    this.hidden = false;
    void this.#renderer.show();
    this.#fitNow();
  }

  hide(): void {
    this.hidden = true;
    this.#renderer.hide();
  }

  override focus(): void {
    this.terminal.focus();
  }

  dispose(): void {
    this.disconnect();
    window.clearTimeout(this.#fitTimer);
    this.#resizes.disconnect();
    this.#renderer.hide();
    this.terminal.dispose();
    this.remove();
  }

  #listen(): void {
    const { terminal } = this;
    terminal.attachCustomKeyEventHandler((event) => !this.#events.isShortcut(event));
    terminal.onData((text) => this.#typed(text));
    terminal.onBinary((text) =>
      this.#link?.sendBytes(Uint8Array.from(text, (character) => character.charCodeAt(0))),
    );
    terminal.onTitleChange((title) => this.#events.onTitle(tabTitle(title)));
    terminal.parser.registerCsiHandler({ prefix: "?", final: "h" }, (parameters) => {
      if (parameters.includes(BRACKETED_PASTE)) queueMicrotask(() => this.#events.onPrompt());
      // xterm has to see it as well.
      return false;
    });
    terminal.onBell(() => this.#events.onBell());
    terminal.onResize(({ cols, rows }) => this.#events.onSize({ columns: cols, rows }));
    terminal.onSelectionChange(() => {
      if (terminal.hasSelection()) this.#events.onSelection(terminal.getSelection());
    });
  }

  #typed(text: string): void {
    if (this.#link === undefined) {
      if (text === "\r") this.#events.onEnterWithoutShell();
      return;
    }
    // xterm's own answers to a program's questions come this way too; they are longer than a key.
    this.#link.send(text.length > 2 ? text : withModifiers(text, this.#events.takeModifiers()));
  }

  #fitSoon(): void {
    window.clearTimeout(this.#fitTimer);
    this.#fitTimer = window.setTimeout(() => this.#fitNow(), RESIZE_QUIET_MS);
  }

  #fitNow(): void {
    if (this.isConnected && !this.hidden && this.clientHeight > 0) this.#fit.fit();
  }
}

customElements.define("slipway-terminal-view", TerminalView);
