// Volumes: what is kept when containers go, and who uses it.

import type { WireContainerSummary, WireVolume } from "../../worker/rpc/docker-wire.ts";
import { element } from "../app/element.ts";
import { icon } from "../app/icon.ts";
import { message } from "../app/messages.ts";
import { shellWord } from "../app/shell-words.ts";
import { containerName } from "./container-texts.ts";
import { emptyView } from "./empty-view.ts";
import { keyedChildren } from "./keyed-children.ts";
import { nameForm } from "./name-form.ts";
import { actionButton, confirmedButton, Panel, type PanelContext } from "./panel.ts";

export class VolumesPanel extends Panel {
  readonly #problem = element("div", {});
  readonly #list = element("ul", { class: "rows", "aria-label": message("panels.volumes") });
  readonly #empty = emptyView("disk", message("volumes.none"), message("volumes.noneHint"), [
    "docker run --rm -v data:/data busybox sh -c 'date > /data/now'",
  ]);

  protected open(): void {
    this.#empty.view.hidden = true;
    this.#empty.onTry((command) => this.context.openTerminal(command));
    const form = nameForm(
      {
        label: message("volumes.createLabel"),
        button: message("volumes.create"),
        command: (name) => `docker volume create ${shellWord(name)}`,
      },
      (name, command) =>
        void this.act(command, message("volumes.creating", { name }), () =>
          this.context.docker.volumes.create({ Name: name }),
        ),
    );
    this.replaceChildren(form, this.#problem, this.#list, this.#empty.view);
    this.watch(["volume", "container"], this.#problem, () => this.#refresh());
  }

  async #refresh(): Promise<void> {
    const { docker } = this.context;
    const [volumes, containers] = await Promise.all([
      docker.volumes.list(),
      docker.containers.list({ all: true }),
    ]);
    this.#empty.view.hidden = volumes.length > 0;
    keyedChildren(
      this.#list,
      [...volumes].sort((one, other) => (one.Name < other.Name ? -1 : 1)),
      {
        key: ({ Name }) => Name,
        create: () => element("li", { class: "row flat" }),
        update: (row, volume) => updateRow(this.context, row, volume, usersOf(volume, containers)),
      },
    );
  }
}

interface VolumeUser {
  readonly container: string;
  readonly at: string;
  readonly running: boolean;
}

function usersOf({ Name }: WireVolume, containers: readonly WireContainerSummary[]): VolumeUser[] {
  return containers.flatMap((container) =>
    container.Mounts.filter((mount) => mount.Type === "volume" && mount.Name === Name).map(
      ({ Destination }) => ({
        container: containerName(container),
        at: Destination,
        running: container.State === "running",
      }),
    ),
  );
}

function updateRow(
  context: PanelContext,
  row: HTMLElement,
  volume: WireVolume,
  users: readonly VolumeUser[],
): void {
  const { Name: name } = volume;
  const shown = JSON.stringify([volume, users]);
  if (row.dataset.shown === shown) return;
  row.dataset.shown = shown;
  const word = shellWord(name);
  const anonymous = /^[0-9a-f]{64}$/.test(name);
  const removal = `docker volume rm ${word}`;
  row.replaceChildren(
    element(
      "div",
      { class: "row-head" },
      element("span", { class: "row-name", title: name }, anonymous ? `${name.slice(0, 12)}…` : name),
      element(
        "div",
        { class: "row-actions" },
        actionButton(
          {
            icon: "folder",
            label: message("volumes.browse", { name }),
            command: `docker run --rm -it -v ${word}:/volume busybox ls -la /volume`,
          },
          () => context.show("files", `volume:${name}`),
        ),
        confirmedButton(
          {
            icon: "trash",
            label: message("volumes.remove", { name }),
            question: message("confirm.remove"),
            command: removal,
          },
          () => {
            context.ran(removal);
            void context.tasks.run(message("volumes.remove", { name }), () =>
              context.docker.volumes.remove(name),
            );
          },
        ),
      ),
    ),
    users.length === 0
      ? element("p", { class: "quiet" }, message(anonymous ? "volumes.unusedAnonymous" : "volumes.unused"))
      : element("ul", { class: "users" }, ...users.map((user) => userItem(context, user))),
  );
}

function userItem(context: PanelContext, { container, at, running }: VolumeUser): HTMLElement {
  const link = element(
    "button",
    { type: "button", class: "link", "aria-label": message("volumes.showContainer", { name: container }) },
    container,
  );
  link.addEventListener("click", () => context.show("containers", container));
  return element(
    "li",
    { "data-running": running },
    icon("container"),
    link,
    element("span", { class: "quiet" }, message("volumes.mountedAt", { path: at })),
  );
}

customElements.define("slipway-volumes-panel", VolumesPanel);
