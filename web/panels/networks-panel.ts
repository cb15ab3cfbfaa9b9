// Networks: a picture of who is on which, and the networks themselves.

import type { WireContainerSummary, WireNetwork } from "../../worker/rpc/docker-wire.ts";
import { element } from "../app/element.ts";
import { message } from "../app/messages.ts";
import { shellWord } from "../app/shell-words.ts";
import { containerName } from "./container-texts.ts";
import { keyedChildren } from "./keyed-children.ts";
import { nameForm } from "./name-form.ts";
import { type DrawnNetwork, drawNetworks } from "./network-picture.ts";
import { actionButton, confirmedButton, Panel, type PanelContext } from "./panel.ts";

/** Docker makes these itself and removes none of them. */
const BUILT_IN = new Set(["bridge", "host", "none"]);

export class NetworksPanel extends Panel {
  readonly #problem = element("div", {});
  readonly #picture = element("div", { class: "network-picture" });
  readonly #list = element("ul", { class: "rows", "aria-label": message("panels.networks") });

  #look: () => void = () => {};

  protected open(): void {
    const form = nameForm(
      {
        label: message("networks.createLabel"),
        button: message("networks.create"),
        command: (name) => `docker network create ${shellWord(name)}`,
      },
      (name, command) =>
        void this.act(command, message("networks.creating", { name }), () =>
          this.context.docker.networks.create({ Name: name }),
        ),
    );
    this.replaceChildren(form, this.#problem, this.#picture, this.#list);
    this.#look = this.watch(["network", "container"], this.#problem, () => this.#refresh());
    // Of a container that does not run, the engine tells no change of its networks.
    this.context.onPrompt(this.#look, this.life);
  }

  async #refresh(): Promise<void> {
    const { docker } = this.context;
    const [networks, containers] = await Promise.all([
      docker.networks.list(),
      docker.containers.list({ all: true }),
    ]);
    const drawn = networks.map((network) => drawnNetwork(network, containers));
    this.#picture.replaceChildren(
      drawNetworks(
        drawn.filter(({ driver }) => driver === "bridge"),
        (name) => this.context.show("containers", name),
      ),
    );
    keyedChildren(this.#list, drawn, {
      key: ({ id }) => id,
      create: () => element("li", { class: "row flat" }),
      update: (row, network) => updateRow(this.context, row, network, containers, this.#look),
    });
  }
}

function drawnNetwork(network: WireNetwork, containers: readonly WireContainerSummary[]): DrawnNetwork {
  const [config] = network.IPAM.Config ?? [];
  return {
    id: network.Id,
    name: network.Name,
    driver: network.Driver,
    internal: network.Internal,
    subnet: config?.Subnet ?? "",
    gateway: config?.Gateway ?? "",
    members: containers.flatMap((container) => {
      const endpoint = container.NetworkSettings.Networks[network.Name];
      if (endpoint === undefined) return [];
      return [
        {
          name: containerName(container),
          address: endpoint.IPAddress ?? "",
          running: container.State === "running",
        },
      ];
    }),
  };
}

function updateRow(
  context: PanelContext,
  row: HTMLElement,
  network: DrawnNetwork,
  containers: readonly WireContainerSummary[],
  look: () => void,
): void {
  const others = containers
    .map(containerName)
    .filter((name) => !network.members.some((member) => member.name === name));
  const shown = JSON.stringify([network, others]);
  if (row.dataset.shown === shown) return;
  row.dataset.shown = shown;
  const { name } = network;
  const removal = `docker network rm ${shellWord(name)}`;
  row.replaceChildren(
    element(
      "div",
      { class: "row-head" },
      element("span", { class: "row-name" }, name),
      element(
        "div",
        { class: "row-actions" },
        ...(network.driver === "bridge" && others.length > 0
          ? [connectMenu(context, network, others, look)]
          : []),
        ...(BUILT_IN.has(name)
          ? []
          : [
              confirmedButton(
                {
                  icon: "trash",
                  label: message("networks.remove", { name }),
                  question: message("confirm.remove"),
                  command: removal,
                },
                () => {
                  context.ran(removal);
                  void context.tasks.run(message("networks.remove", { name }), () =>
                    context.docker.networks.remove(network.id),
                  );
                },
              ),
            ]),
      ),
    ),
    element(
      "div",
      { class: "row-line" },
      element("span", {}, network.driver),
      ...(network.subnet === "" ? [] : [element("span", { class: "row-image" }, network.subnet)]),
      ...(network.internal ? [element("span", {}, message("networks.internal"))] : []),
    ),
    element(
      "ul",
      { class: "users" },
      ...network.members.map((member) => memberItem(context, network, member, look)),
    ),
  );
}

/** A select that acts: choosing a container connects it. */
function connectMenu(
  context: PanelContext,
  network: DrawnNetwork,
  others: readonly string[],
  look: () => void,
): HTMLElement {
  const label = message("networks.connect", { name: network.name });
  const select = element(
    "select",
    { class: "small-select", "aria-label": label, title: label },
    element("option", { value: "" }, message("networks.connectShort")),
    ...others.map((name) => element("option", { value: name }, name)),
  );
  select.addEventListener("change", () => {
    const container = select.value;
    select.value = "";
    if (container === "") return;
    context.ran(`docker network connect ${shellWord(network.name)} ${shellWord(container)}`);
    void context.tasks
      .run(label, () => context.docker.networks.connect(network.id, { Container: container }))
      .then(look);
  });
  return select;
}

function memberItem(
  context: PanelContext,
  network: DrawnNetwork,
  { name, address, running }: DrawnNetwork["members"][number],
  look: () => void,
): HTMLElement {
  const link = element(
    "button",
    { type: "button", class: "link", "aria-label": message("volumes.showContainer", { name }) },
    name,
  );
  link.addEventListener("click", () => context.show("containers", name));
  const command = `docker network disconnect ${shellWord(network.name)} ${shellWord(name)}`;
  return element(
    "li",
    { "data-running": running },
    link,
    element("span", { class: "row-image" }, address),
    ...(network.driver === "bridge"
      ? [
          actionButton(
            {
              icon: "cross",
              label: message("networks.disconnect", { name, network: network.name }),
              command,
            },
            () => {
              context.ran(command);
              void context.tasks
                .run(message("networks.disconnect", { name, network: network.name }), () =>
                  context.docker.networks.disconnect(network.id, { Container: name, Force: true }),
                )
                .then(look);
            },
          ),
        ]
      : []),
  );
}

customElements.define("slipway-networks-panel", NetworksPanel);
