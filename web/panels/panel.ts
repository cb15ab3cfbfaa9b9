// What every panel is: an element that lives while it is seen, and what it may use of the page.

import type { DirectoryListing, GuestCommand } from "../../worker/rpc/protocol.ts";
import type { Attributes } from "../app/element.ts";
import { element } from "../app/element.ts";
import { type IconName, icon } from "../app/icon.ts";
import type { PanelName } from "../app/panel-names.ts";
import type { GuestRun } from "../app/sandbox-client.ts";
import type { DockerClient } from "../docker/docker-client.ts";
import type { EngineFeed } from "../docker/engine-feed.ts";
import { problemView } from "./problem-view.ts";
import type { TaskControl, TaskList } from "./task-list.ts";

export interface PanelContext {
  readonly docker: DockerClient;
  readonly feed: EngineFeed;
  readonly tasks: TaskList;
  runCommand(command: GuestCommand, signal?: AbortSignal): GuestRun;
  listFiles(container: string, path: string): Promise<DirectoryListing>;
  /** Has this browser keep an image that ships, by id, with what the page itself needs. */
  keepOffline(image: string, control: TaskControl): Promise<void>;
  /** In a new terminal, as if typed, with Enter. */
  openTerminal(line: string): void;
  /** Calls back when a shell in a terminal shows its prompt again: a command has ended. */
  onPrompt(listener: () => void, signal: AbortSignal): void;
  show(panel: PanelName, argument?: string): void;
  /** Shows the command line of what has just been done. */
  ran(command: string): void;
  announce(text: string): void;
  /** In the status line, for a while. */
  note(text: string): void;
}

export abstract class Panel extends HTMLElement {
  readonly context: PanelContext;
  #life: AbortController | undefined;

  constructor(context: PanelContext) {
    super();
    this.context = context;
  }

  /** Aborted when the panel is closed. */
  protected get life(): AbortSignal {
    this.#life ??= new AbortController();
    return this.#life.signal;
  }

  connectedCallback(): void {
    this.classList.add("panel");
    this.open();
  }

  disconnectedCallback(): void {
    this.#life?.abort();
    this.#life = undefined;
  }

  /** Fills the panel and watches what it shows. */
  protected abstract open(): void;

  /** What the panel was asked to show: a container's name, say. */
  select(_argument: string): void {}

  /** Does one thing to the engine: its command is shown, and what goes wrong is told. */
  protected async act(command: string, label: string, work: () => Promise<unknown>): Promise<boolean> {
    this.context.ran(command);
    return this.context.tasks.run(label, async () => {
      await work();
    });
  }

  /** Watches with its failures shown in `place`, which is emptied when it works again. What is returned makes it look again. */
  protected watch(types: readonly string[], place: HTMLElement, look: () => Promise<void>): () => void {
    return this.context.feed.watch(
      types,
      async () => {
        try {
          await look();
          place.replaceChildren();
        } catch (error) {
          if (this.isConnected && this.context.feed.ready) place.replaceChildren(problemView(error));
        }
      },
      this.life,
    );
  }
}

export interface ActionOptions {
  readonly icon: IconName;
  readonly label: string;
  /** What the button does, as a command line. */
  readonly command?: string;
  readonly text?: boolean;
  readonly attributes?: Attributes;
}

/** A button of a panel; pointing at it shows its command. */
export function actionButton(options: ActionOptions, act: () => void): HTMLButtonElement {
  const { label, command, text } = options;
  const button = element(
    "button",
    {
      type: "button",
      class: text ? "text-button" : "icon-button small",
      ...(text ? {} : { "aria-label": label }),
      title: command === undefined ? label : `${label}: ${command}`,
      "data-command": command,
      ...options.attributes,
    },
    icon(options.icon),
    ...(text ? [element("span", {}, label)] : []),
  );
  button.addEventListener("click", act);
  return button;
}

/**
 * A button that asks once more before it acts. Once it has, it keeps its width until the pointer has left: nothing else slides under a
 * second click.
 */
export function confirmedButton(
  options: ActionOptions & { readonly question: string },
  act: () => void,
): HTMLButtonElement {
  let phase: "idle" | "asking" | "done" = "idle";
  const { label, question } = options;
  const button = actionButton(options, () => {
    if (phase === "done") return;
    if (phase === "asking") {
      phase = "done";
      button.setAttribute("aria-label", label);
      act();
      return;
    }
    phase = "asking";
    button.classList.add("asking");
    button.setAttribute("aria-label", question);
    button.append(element("span", { class: "question", "aria-hidden": "true" }, question));
  });
  const settle = () => {
    phase = "idle";
    button.classList.remove("asking");
    button.setAttribute("aria-label", label);
    button.querySelector(".question")?.remove();
  };
  button.addEventListener("blur", settle);
  button.addEventListener("pointerleave", () => {
    if (phase === "done" || document.activeElement !== button) settle();
  });
  return button;
}
