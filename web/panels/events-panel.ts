// What the engine says it does, as it does it: the newest on top.

import "./events-panel.css";
import type { WireEvent } from "../../worker/rpc/docker-wire.ts";
import { element } from "../app/element.ts";
import { message } from "../app/messages.ts";
import { emptyView } from "./empty-view.ts";
import { Panel } from "./panel.ts";

const SHOWN = 400;
const TYPES = ["container", "image", "network", "volume"] as const;

export class EventsPanel extends Panel {
  readonly #list = element("ol", { class: "events", "aria-label": message("panels.events") });
  readonly #empty = emptyView("pulse", message("events.none"), message("events.noneHint"), [
    "docker run --rm hello-world",
  ]);
  #type = "";

  protected open(): void {
    const { feed } = this.context;
    const select = element(
      "select",
      { class: "small-select", "aria-label": message("events.filter") },
      element("option", { value: "" }, message("events.all")),
      ...TYPES.map((type) => element("option", { value: type }, message(`events.${type}`))),
    );
    select.addEventListener("change", () => {
      this.#type = select.value;
      this.context.ran(select.value === "" ? "docker events" : `docker events --filter type=${select.value}`);
      this.#fill();
    });
    this.#empty.onTry((command) => this.context.openTerminal(command));
    this.replaceChildren(
      element(
        "div",
        { class: "panel-bar" },
        element("p", { class: "panel-summary" }, message("events.lead")),
        select,
      ),
      this.#list,
      this.#empty.view,
    );
    this.context.ran("docker events");
    this.#fill();
    feed.onEvent((event) => {
      if (this.#wanted(event)) this.#add(event);
      this.#trim();
    }, this.life);
  }

  #wanted({ Type }: WireEvent): boolean {
    return this.#type === "" || Type === this.#type;
  }

  #fill(): void {
    this.#list.replaceChildren();
    for (const event of this.context.feed.history.filter((each) => this.#wanted(each)).slice(-SHOWN))
      this.#add(event);
    this.#trim();
  }

  #trim(): void {
    this.#empty.view.hidden = this.#list.childElementCount > 0;
    while (this.#list.childElementCount > SHOWN) this.#list.lastElementChild?.remove();
  }

  #add(event: WireEvent): void {
    const { name, image, exitCode, container } = event.Actor.Attributes;
    const notes = [
      image !== undefined && event.Type === "container" ? image : undefined,
      exitCode === undefined ? undefined : message("events.exitCode", { code: exitCode }),
      container?.slice(0, 12),
    ].filter((note) => note !== undefined);
    this.#list.prepend(
      element(
        "li",
        { "data-type": event.Type },
        element("time", { datetime: new Date(event.time * 1000).toISOString() }, clock(event.time)),
        element("span", { class: "event-type" }, event.Type),
        element("span", { class: "event-action" }, event.Action.replace(/^(exec_\w+): .*/, "$1")),
        element("span", { class: "event-name" }, name ?? event.Actor.ID.slice(0, 12)),
        element("span", { class: "event-notes" }, notes.join(" · ")),
      ),
    );
  }
}

function clock(seconds: number): string {
  return new Date(seconds * 1000).toLocaleTimeString(undefined, { hour12: false });
}

customElements.define("slipway-events-panel", EventsPanel);
