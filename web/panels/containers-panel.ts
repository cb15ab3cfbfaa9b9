// Containers: a row each with its state, ports and live figures; one of them in detail with logs, facts and processes.

import type { WireContainerSummary } from "../../worker/rpc/docker-wire.ts";
import { element } from "../app/element.ts";
import { message } from "../app/messages.ts";
import { containerActions } from "./container-actions.ts";
import { ContainerDetail } from "./container-detail.ts";
import { ContainerGraphs } from "./container-graphs.ts";
import { containerName, portTexts, stateText } from "./container-texts.ts";
import { emptyView } from "./empty-view.ts";
import { keyedChildren } from "./keyed-children.ts";
import { actionButton, confirmedButton, Panel } from "./panel.ts";

export class ContainersPanel extends Panel {
  readonly #problem = element("div", {});
  readonly #summary = element("p", { class: "panel-summary" });
  readonly #prune = confirmedButton(
    {
      icon: "broom",
      label: message("containers.prune"),
      question: message("containers.pruneQuestion"),
      command: "docker container prune -f",
      text: true,
    },
    () =>
      void this.act("docker container prune -f", message("containers.prune"), () =>
        this.context.docker.containers.prune(),
      ),
  );
  readonly #list = element("ul", { class: "rows", "aria-label": message("panels.containers") });
  readonly #empty = emptyView("container", message("containers.none"), message("containers.noneHint"), [
    "docker run -d --name web -p 8080:80 nginx",
    "docker run -it --rm busybox sh",
  ]);
  readonly #main = element("div", {});
  #containers: WireContainerSummary[] = [];
  #detail: ContainerDetail | undefined;
  #wanted: string | undefined;

  protected open(): void {
    this.#main.replaceChildren(
      element("div", { class: "panel-bar" }, this.#summary, this.#prune),
      this.#list,
      this.#empty.view,
    );
    this.#empty.onTry((command) => this.context.openTerminal(command));
    this.#empty.view.hidden = true;
    this.#prune.hidden = true;
    this.replaceChildren(this.#problem, this.#main);
    this.watch(["container"], this.#problem, () => this.#refresh());
  }

  /** A container's name or id. */
  override select(name: string): void {
    this.#wanted = name;
    this.#openWanted();
  }

  async #refresh(): Promise<void> {
    this.#containers = await this.context.docker.containers.list({ all: true });
    const running = this.#containers.filter(({ State }) => State === "running").length;
    this.#summary.textContent = message("containers.summary", {
      running,
      stopped: this.#containers.length - running,
    });
    this.#empty.view.hidden = this.#containers.length > 0;
    this.#summary.hidden = this.#containers.length === 0;
    this.#prune.hidden = running === this.#containers.length;
    keyedChildren(this.#list, this.#containers, {
      key: ({ Id }) => Id,
      create: () => new ContainerRow(this.context, (name) => this.select(name)),
      update: (row, container) => row.update(container),
    });
    this.#openWanted();
    const shown = this.#containers.find(({ Id }) => Id === this.#detail?.containerId);
    if (this.#detail !== undefined && shown === undefined) this.#back();
    else if (shown !== undefined) this.#detail?.update(shown);
  }

  #openWanted(): void {
    const wanted = this.#wanted;
    const found = this.#containers.find(
      (container) => wanted !== undefined && (container.Id === wanted || containerName(container) === wanted),
    );
    if (found === undefined) return;
    this.#wanted = undefined;
    this.#detail = new ContainerDetail(this.context, found, () => this.#back());
    this.#main.hidden = true;
    this.#detail.classList.add("panel-detail");
    this.querySelector(".panel-detail")?.remove();
    this.append(this.#detail);
    this.#detail.focusTitle();
  }

  #back(): void {
    const id = this.#detail?.containerId ?? "";
    const hadFocus = this.#detail?.contains(document.activeElement) === true;
    this.#detail?.remove();
    this.#detail = undefined;
    this.#main.hidden = false;
    if (hadFocus) this.#list.querySelector<HTMLElement>(`[data-key="${CSS.escape(id)}"] .row-name`)?.focus();
  }
}

class ContainerRow extends HTMLElement {
  readonly #context: Panel["context"];
  readonly #name = element("button", { type: "button", class: "row-name" });
  readonly #image = element("span", { class: "row-image" });
  readonly #state = element("span", { class: "row-state" });
  readonly #ports = element("span", { class: "row-ports" });
  readonly #actions = element("div", { class: "row-actions" });
  readonly #graphs: ContainerGraphs;
  #shown = "";

  constructor(context: Panel["context"], open: (name: string) => void) {
    super();
    this.#context = context;
    this.#graphs = new ContainerGraphs(context.docker);
    this.#name.addEventListener("click", () => open(this.#name.textContent ?? ""));
  }

  connectedCallback(): void {
    if (this.childElementCount > 0) return;
    this.setAttribute("role", "listitem");
    this.className = "row";
    this.append(
      element("div", { class: "row-head" }, this.#name, this.#actions),
      element("div", { class: "row-line" }, this.#image, this.#state),
      this.#ports,
      this.#graphs,
    );
  }

  update(container: WireContainerSummary): void {
    const name = containerName(container);
    const running = container.State === "running";
    this.dataset.state = container.State;
    this.#name.textContent = name;
    this.#image.textContent = container.Image;
    this.#state.textContent = stateText(container);
    this.#ports.replaceChildren(
      ...portTexts(container.Ports).map((text) => element("span", { class: "chip" }, text)),
    );
    this.#ports.hidden = container.Ports.length === 0;
    this.#graphs.follow(running ? container.Id : undefined);
    const shown = `${container.State} ${name}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    const hadFocus = this.#actions.contains(document.activeElement);
    const { main } = containerActions(this.#context, container);
    this.#actions.replaceChildren(
      ...main.map(({ question, act, ...options }) =>
        question === undefined ? actionButton(options, act) : confirmedButton({ ...options, question }, act),
      ),
    );
    if (hadFocus) this.#actions.querySelector("button")?.focus();
  }
}

customElements.define("slipway-container-row", ContainerRow);
customElements.define("slipway-containers-panel", ContainersPanel);
