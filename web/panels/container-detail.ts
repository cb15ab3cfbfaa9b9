// One container in detail: its logs as they come, its facts, and its processes.

import type { WireContainerInspect, WireContainerSummary } from "../../worker/rpc/docker-wire.ts";
import { element } from "../app/element.ts";
import { icon } from "../app/icon.ts";
import { message } from "../app/messages.ts";
import { shellWord } from "../app/shell-words.ts";
import { containerActions } from "./container-actions.ts";
import { ContainerGraphs } from "./container-graphs.ts";
import { containerName, portTexts, stateText } from "./container-texts.ts";
import { factList } from "./fact-list.ts";
import { LogView } from "./log-view.ts";
import { actionButton, confirmedButton, type PanelContext } from "./panel.ts";
import { problemView } from "./problem-view.ts";
import { type Segment, Segments } from "./segments.ts";

export class ContainerDetail extends HTMLElement {
  readonly #context: PanelContext;
  readonly #title = element("h3", { class: "detail-title", tabindex: -1 });
  readonly #state = element("p", { class: "detail-state" });
  readonly #actions = element("div", { class: "detail-actions" });
  readonly #graphs: ContainerGraphs;
  readonly #segments: Segments;
  readonly #back: () => void;
  #container: WireContainerSummary;
  #shown = "";

  constructor(context: PanelContext, container: WireContainerSummary, back: () => void) {
    super();
    this.#context = context;
    this.#container = container;
    this.#back = back;
    this.#graphs = new ContainerGraphs(context.docker);
    const word = shellWord(containerName(container));
    const segments: Segment[] = [
      {
        label: message("detail.logs"),
        command: `docker logs -f --tail 500 ${word}`,
        open: () => new LogView(context, container.Id),
      },
      { label: message("detail.inspect"), command: `docker inspect ${word}`, open: () => this.#inspect() },
      { label: message("detail.processes"), command: `docker top ${word}`, open: () => this.#processes() },
    ];
    this.#segments = new Segments(message("detail.label"), segments, (command) => context.ran(command));
  }

  get containerId(): string {
    return this.#container.Id;
  }

  connectedCallback(): void {
    const back = element(
      "button",
      { type: "button", class: "text-button" },
      icon("left"),
      message("detail.back"),
    );
    back.addEventListener("click", () => this.#back());
    this.replaceChildren(back, this.#title, this.#state, this.#graphs, this.#actions, this.#segments);
    this.update(this.#container);
  }

  focusTitle(): void {
    this.#title.focus();
  }

  update(container: WireContainerSummary): void {
    const changed = container.State !== this.#container.State;
    this.#container = container;
    this.dataset.state = container.State;
    const name = containerName(container);
    this.#title.textContent = name;
    this.#state.textContent = [container.Image, stateText(container), ...portTexts(container.Ports)].join(
      " · ",
    );
    this.#graphs.follow(container.State === "running" ? container.Id : undefined);
    const shown = `${container.State} ${name}`;
    if (shown !== this.#shown) {
      this.#shown = shown;
      const { main, more } = containerActions(this.#context, container);
      this.#actions.replaceChildren(
        ...[...main, ...more].map(({ question, act, ...options }) =>
          question === undefined
            ? actionButton(options, act)
            : confirmedButton({ ...options, question }, act),
        ),
      );
    }
    // A container that has started again has new logs, facts and processes.
    if (changed) this.#segments.reopen();
  }

  #inspect(): HTMLElement {
    return later(async () => {
      const details = await this.#context.docker.containers.inspect(this.#container.Id);
      return element(
        "div",
        {},
        factList(facts(details)),
        element(
          "details",
          { class: "fold" },
          element("summary", {}, message("detail.json")),
          element("pre", { tabindex: 0 }, JSON.stringify(details, null, 2)),
        ),
      );
    });
  }

  #processes(): HTMLElement {
    if (this.#container.State !== "running")
      return element("p", { class: "quiet" }, message("detail.notRunning"));
    return later(async () => {
      const { Titles, Processes } = await this.#context.docker.containers.top(this.#container.Id);
      return element(
        "div",
        { class: "table-frame", tabindex: 0, role: "region", "aria-label": message("detail.processes") },
        element(
          "table",
          {},
          element(
            "thead",
            {},
            element("tr", {}, ...Titles.map((title) => element("th", { scope: "col" }, title))),
          ),
          element(
            "tbody",
            {},
            ...Processes.map((row) => element("tr", {}, ...row.map((cell) => element("td", {}, cell)))),
          ),
        ),
      );
    });
  }
}

/** What is asked for first, or why it did not come. */
function later(make: () => Promise<HTMLElement>): HTMLElement {
  const place = element("div", { "aria-busy": "true" });
  make()
    .catch((error: unknown) => problemView(error))
    .then((view) => {
      place.removeAttribute("aria-busy");
      place.replaceChildren(view);
    })
    .catch(() => {});
  return place;
}

function facts(details: WireContainerInspect): [string, string][] {
  const { Config, HostConfig, NetworkSettings, State, Mounts } = details;
  const limit = HostConfig.Memory ?? 0;
  return [
    [message("facts.id"), details.Id.slice(0, 12)],
    [message("facts.command"), [details.Path, ...details.Args].join(" ")],
    [message("facts.created"), new Date(details.Created).toLocaleString()],
    [message("facts.pid"), State.Running ? String(State.Pid) : message("facts.none")],
    ...(State.Running ? [] : ([[message("facts.exitCode"), String(State.ExitCode)]] as [string, string][])),
    [
      message("facts.addresses"),
      Object.entries(NetworkSettings.Networks)
        .map(([network, { IPAddress }]) => `${network} ${IPAddress ?? ""}`.trim())
        .join(", ") || message("facts.none"),
    ],
    [
      message("facts.mounts"),
      Mounts.map(
        ({ Name, Source, Destination, RW }) => `${Name ?? Source} → ${Destination}${RW ? "" : " (ro)"}`,
      ).join("\n") || message("facts.none"),
    ],
    [message("facts.memoryLimit"), limit === 0 ? message("facts.none") : `${limit / 1_048_576} MiB`],
    [message("facts.restart"), HostConfig.RestartPolicy?.Name || "no"],
    [message("facts.environment"), (Config.Env ?? []).join("\n") || message("facts.none")],
  ];
}

customElements.define("slipway-container-detail", ContainerDetail);
