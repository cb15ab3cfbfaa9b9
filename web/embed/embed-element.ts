// What all embedded elements share: a frame in a shadow root, nothing fetched before it is wanted, the page's one machine, and a line that
// says what goes on. On a server, where pages are only written, it is a class without an element.

import { element } from "../app/element.ts";
import { type IconName, icon } from "../app/icon.ts";
import type { MessageValues } from "../app/message-table.ts";
import tokens from "../app/tokens.css?inline";
import { onSchemeChange, schemeOf } from "./color-scheme.ts";
import styles from "./embed.css?inline";
import { type EmbedTexts, embedMessage, type PlainEmbedKey } from "./embed-messages.ts";
import { ensureImage } from "./ensure-image.ts";
import { type MachineWish, type PageMachine, pageMachine } from "./page-machine.ts";
import { themedTokens } from "./theme-sheet.ts";

const PageElement =
  typeof HTMLElement === "undefined" ? (class {} as unknown as typeof HTMLElement) : HTMLElement;

/** How far from being seen an element with `start="visible"` starts. */
const NEAR = "100px";

let nextNumber = 1;
let sheet: CSSStyleSheet | undefined;
let terminalSheet: CSSStyleSheet | undefined;

export abstract class EmbedElement extends PageElement {
  static readonly observedAttributes: readonly string[] = ["theme", "height"];

  /** Distinguishes what it makes in the machine from what others make. */
  protected readonly mark = `embed-${nextNumber++}`;
  protected readonly heading = element("span", { class: "title", part: "title" });
  protected readonly state = element("span", { class: "state", part: "state", role: "status" });
  protected readonly actions = element("span", { class: "actions" });
  protected readonly stage = element("div", { class: "stage", part: "stage" });
  protected readonly note = element("p", { class: "note", part: "note", hidden: true });
  readonly #bar = element("div", { class: "bar", part: "bar" }, this.heading, this.state, this.actions);
  protected readonly frame = element(
    "div",
    { class: "frame", part: "frame" },
    this.#bar,
    this.stage,
    this.note,
  );
  #life: AbortController | undefined;
  #wanted = false;
  #clicked = false;

  connectedCallback(): void {
    const life = new AbortController();
    this.#life = life;
    this.#attachFrame();
    this.#fitScheme();
    onSchemeChange(() => this.#fitScheme(), life.signal);
    this.showIdle();
    if (this.getAttribute("start") === "visible") this.#startWhenSeen(life.signal);
  }

  /** It leaves the page, or moves: what it runs ends. */
  disconnectedCallback(): void {
    this.#life?.abort();
    this.#life = undefined;
    this.#wanted = false;
  }

  attributeChangedCallback(): void {
    if (this.shadowRoot !== null) this.#fitScheme();
  }

  /** Starts it, as a click does. Never rejects: what goes wrong is said in the element. */
  get start(): () => Promise<void> {
    return this.#start;
  }

  /** Frameworks set as a property what an element has as one; then the attribute is meant. */
  set start(when: string) {
    this.setAttribute("start", when);
  }

  readonly #start = async (): Promise<void> => {
    const life = this.#life?.signal;
    if (life === undefined || this.#wanted) return;
    this.#wanted = true;
    this.say("");
    this.tell("state.loading");
    this.actions.replaceChildren();
    this.frame.dataset.state = "starting";
    try {
      const machine = await pageMachine(this.#machineWish(), (progress) => {
        if (life.aborted || this.frame.dataset.state !== "starting") return;
        const { step, loadedBytes, totalBytes } = progress;
        const percent = totalBytes ? `${Math.floor((100 * loadedBytes) / totalBytes)} %` : "";
        this.tell(step === "fetching" ? "state.fetching" : "state.restoring", { percent });
      });
      if (life.aborted) return;
      const missing = machine.runtime.missingFeatures()[0];
      if (missing !== undefined) throw new Error(embedMessage("unsupported.browser", { feature: missing }));
      const failed = machine.sandbox.on("error", ({ message }) => {
        if (machine.sandbox.ended) this.fail(message);
        else this.say(message);
      });
      life.addEventListener("abort", failed, { once: true });
      this.tell("state.starting");
      this.#sayStorage(machine);
      this.addTerminalStyles(machine);
      this.frame.dataset.state = "active";
      await this.run(machine, life);
    } catch (error) {
      if (!life.aborted) this.fail(error instanceof Error ? error.message : String(error));
    }
  };

  // Methods, and of other names than the attributes: see set start().

  /** Its container's; undefined: it runs in the machine itself. */
  protected imageName(): string | undefined {
    return this.getAttribute("image") ?? undefined;
  }

  /** Words as a shell reads them; "" when nothing is said. */
  protected commandWords(): string {
    return this.getAttribute("command") ?? "";
  }

  /** Of the machine, for the files that the page brings along. */
  protected folderPath(): string {
    return `/root/embeds/${this.id || this.mark}`;
  }

  /** Whether the keyboard belongs here now: its reader has asked for it, and has not gone elsewhere since. */
  protected get takesFocus(): boolean {
    const { activeElement } = document;
    return (
      this.#clicked && (activeElement === null || activeElement === document.body || activeElement === this)
    );
  }

  /** The line and the buttons of an element that has not been started. */
  protected abstract showIdle(): void;

  /** Runs it on a machine that is there; resolves when it runs. `life` is aborted when it leaves the page. */
  protected abstract run(machine: PageMachine, life: AbortSignal): Promise<void>;

  /** Colours have changed. */
  protected recolor(): void {}

  /** It cannot go on: why, and a button to try again. */
  protected fail(reason: string): void {
    this.#wanted = false;
    this.frame.dataset.state = "failed";
    this.tell("state.failed");
    this.say(reason);
    this.actions.replaceChildren(this.button("restart", "action.retry", () => void this.start()));
  }

  protected tell<Key extends keyof EmbedTexts>(key: Key, ...values: MessageValues<EmbedTexts[Key]>): void {
    this.state.textContent = embedMessage(key, ...values);
  }

  /** Below the stage; "" takes it away. */
  protected say(text: string): void {
    this.note.textContent = text;
    this.note.hidden = text === "";
  }

  protected button(name: IconName, key: PlainEmbedKey, act: () => void): HTMLButtonElement {
    const label = embedMessage(key);
    const made = element("button", { type: "button", part: "button" }, icon(name), label);
    made.addEventListener("click", act);
    return made;
  }

  /** A large button on the stage, with what it costs. */
  protected starter(key: PlainEmbedKey): HTMLElement {
    const start = this.button("play", key, () => {
      this.#clicked = true;
      void this.start();
    });
    start.classList.add("primary");
    return element("div", { class: "starter" }, start, element("span", {}, embedMessage("start.note")));
  }

  #attachFrame(): void {
    if (this.shadowRoot !== null) return;
    sheet ??= styleSheet(`${themedTokens(tokens)}\n${styles}`);
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    root.append(this.frame);
  }

  /** The image of this element's container, fetched. */
  protected async fetchImage({ sandbox }: PageMachine, image: string | undefined): Promise<void> {
    if (image === undefined) return;
    this.tell("state.pulling", { image });
    await ensureImage(sandbox, image);
    this.tell("state.starting");
  }

  protected addTerminalStyles({ runtime }: PageMachine): void {
    terminalSheet ??= styleSheet(runtime.TERMINAL_STYLES);
    if (sheet !== undefined) this.shadowRoot!.adoptedStyleSheets = [sheet, terminalSheet];
  }

  #fitScheme(): void {
    const height = this.getAttribute("height");
    this.frame.style.setProperty("--height", height === null ? null : cssLength(height));
    const scheme = schemeOf(this);
    if (this.frame.dataset.theme === scheme) return;
    this.frame.dataset.theme = scheme;
    this.recolor();
  }

  #machineWish(): MachineWish {
    return {
      persist: this.getAttribute("persist"),
      outside: this.getAttribute("outside"),
      relay: this.getAttribute("relay"),
    };
  }

  #sayStorage({ sandbox }: PageMachine): void {
    const { kept, reason } = sandbox.storage;
    if (this.hasAttribute("persist") && !kept) this.say(embedMessage("storage.notKept", { reason }));
  }

  #startWhenSeen(signal: AbortSignal): void {
    const seen = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        seen.disconnect();
        void this.start();
      },
      { rootMargin: NEAR },
    );
    seen.observe(this);
    signal.addEventListener("abort", () => seen.disconnect(), { once: true });
  }
}

/** `300` is pixels; everything else is CSS. */
function cssLength(text: string): string {
  return /^\d+$/.test(text) ? `${text}px` : text;
}

function styleSheet(text: string): CSSStyleSheet {
  const made = new CSSStyleSheet();
  made.replaceSync(text);
  return made;
}
