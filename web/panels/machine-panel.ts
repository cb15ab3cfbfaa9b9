// The machine as what it is: a page, a worker, a kernel, and the containers in it. The numbers are the guest's own, so that
// the difference between a virtual machine, a system container and an application container can be seen.

import "./machine-panel.css";
import { element } from "../app/element.ts";
import { formatBytes } from "../app/format-bytes.ts";
import { type IconName, icon } from "../app/icon.ts";
import { message } from "../app/messages.ts";
import { watchLxc } from "./lxc-source.ts";
import {
  type MachineFacts,
  type MachineTenant,
  NAMESPACES,
  type NamespaceName,
  readMachineFacts,
} from "./machine-facts.ts";
import { Panel } from "./panel.ts";

export class MachinePanel extends Panel {
  readonly #problem = element("div", {});
  readonly #picture = element("div", {});
  readonly #table = element("div", {
    class: "table-frame",
    tabindex: 0,
    role: "region",
    "aria-label": message("machine.namespaces"),
  });
  readonly #tenants = element("div", {});

  protected open(): void {
    this.replaceChildren(
      this.#problem,
      this.#picture,
      element("h3", { class: "section-title" }, message("machine.namespaces")),
      element("p", { class: "quiet" }, message("machine.namespacesText")),
      this.#table,
      element("h3", { class: "section-title" }, message("machine.processes")),
      element("p", { class: "quiet" }, message("machine.processesText")),
      this.#tenants,
      element("h3", { class: "section-title" }, message("machine.difference")),
      difference(),
    );
    let monitor = new AbortController();
    const look = this.watch(["container"], this.#problem, async () => {
      this.#show(await readMachineFacts(this.context));
    });
    // LXC is not the engine's: its own monitor tells of it. It ends with the machine, and begins with the next.
    this.watch([], this.#problem, async () => {
      monitor.abort();
      monitor = new AbortController();
      void watchLxc(this.context, look, AbortSignal.any([monitor.signal, this.life])).catch(() => {});
    });
  }

  #show(facts: MachineFacts): void {
    const [machine, ...others] = facts.tenants;
    if (machine === undefined) return;
    this.#picture.replaceChildren(picture(facts, machine, others));
    this.#table.replaceChildren(namespaceTable(machine, others));
    this.#tenants.replaceChildren(
      ...[machine, ...others].map((tenant) => processList(tenant)),
      ...(others.length === 0 ? [element("p", { class: "quiet" }, message("machine.noContainers"))] : []),
    );
  }
}

/** Boxes in boxes, the outermost first. */
function picture(facts: MachineFacts, machine: MachineTenant, others: readonly MachineTenant[]): HTMLElement {
  const used = facts.memoryBytes - facts.availableBytes;
  return box(
    "page",
    message("machine.page"),
    message("machine.pageText"),
    box(
      "worker",
      message("machine.worker"),
      message("machine.workerText", { processor: facts.processor, memory: formatBytes(facts.memoryBytes) }),
      box(
        "kernel",
        message("machine.kernel", { version: facts.kernel }),
        message("machine.kernelText", {
          used: formatBytes(used),
          total: formatBytes(facts.memoryBytes),
          init: machine.command,
        }),
        element(
          "ul",
          { class: "tenants" },
          ...others.map((tenant) => tenantCard(tenant)),
          ...(others.length === 0
            ? [element("li", { class: "quiet" }, message("machine.noContainers"))]
            : []),
        ),
      ),
    ),
  );
}

function box(kind: string, title: string, text: string, ...inside: readonly Node[]): HTMLElement {
  return element(
    "div",
    { class: `machine-box ${kind}` },
    element("strong", {}, title),
    element("p", {}, text),
    ...inside,
  );
}

const KIND_ICONS: Readonly<Record<MachineTenant["kind"], IconName>> = {
  machine: "chip",
  docker: "container",
  lxc: "server",
};

function tenantCard(tenant: MachineTenant): HTMLElement {
  const { kind, name, pid, processes } = tenant;
  return element(
    "li",
    { class: "tenant", "data-kind": kind },
    icon(KIND_ICONS[kind]),
    element(
      "span",
      {},
      element("strong", {}, name),
      element("span", { class: "quiet" }, message(`machine.${kind}`)),
      element(
        "span",
        { class: "quiet" },
        message(processes.length === 1 ? "machine.oneProcess" : "machine.manyProcesses", {
          pid,
          count: processes.length,
        }),
      ),
    ),
  );
}

function namespaceTable(machine: MachineTenant, others: readonly MachineTenant[]): HTMLElement {
  const columns = [machine, ...others];
  return element(
    "table",
    { class: "namespaces" },
    element(
      "thead",
      {},
      element(
        "tr",
        {},
        element("td", {}),
        ...columns.map(({ kind, name }) =>
          element("th", { scope: "col" }, kind === "machine" ? message("machine.machine") : name),
        ),
      ),
    ),
    element(
      "tbody",
      {},
      ...NAMESPACES.map((name) =>
        element(
          "tr",
          {},
          element(
            "th",
            { scope: "row" },
            element("code", {}, name),
            element("span", { class: "quiet" }, message(`machine.ns-${name}`)),
          ),
          ...columns.map((tenant) => namespaceCell(name, tenant, machine)),
        ),
      ),
    ),
  );
}

function namespaceCell(name: NamespaceName, tenant: MachineTenant, machine: MachineTenant): HTMLElement {
  const inode = tenant.namespaces[name];
  if (inode === undefined) return element("td", {}, "–");
  const own = tenant !== machine && inode !== machine.namespaces[name];
  const shared = tenant !== machine && !own;
  return element(
    "td",
    { class: own ? "own" : shared ? "shared" : "base", title: `${name}:[${inode}]` },
    element("span", { class: "inode" }, inode),
    ...(shared ? [element("span", { class: "visually-hidden" }, message("machine.shared"))] : []),
  );
}

function processList({ kind, name, cgroup, processes }: MachineTenant): HTMLElement {
  return element(
    "details",
    { class: "fold", open: kind !== "machine" },
    element(
      "summary",
      {},
      `${kind === "machine" ? message("machine.machine") : name} `,
      element("code", { title: cgroup }, cgroup),
    ),
    element(
      "table",
      {},
      element(
        "thead",
        {},
        element(
          "tr",
          {},
          element("th", { scope: "col" }, message("machine.command")),
          element("th", { scope: "col" }, message("machine.pidOutside")),
          element("th", { scope: "col" }, message("machine.pidInside")),
        ),
      ),
      element(
        "tbody",
        {},
        ...processes
          .slice(0, 60)
          .map(({ pid, innerPid, command }) =>
            element(
              "tr",
              {},
              element("td", {}, command),
              element("td", {}, String(pid)),
              element("td", {}, String(innerPid)),
            ),
          ),
      ),
    ),
  );
}

function difference(): HTMLElement {
  const entries = (["vm", "lxc", "docker"] as const).map((kind) =>
    element(
      "div",
      {},
      element("dt", {}, message(`machine.about-${kind}`)),
      element("dd", {}, message(`machine.about-${kind}Text`)),
    ),
  );
  return element("dl", { class: "difference" }, ...entries);
}

customElements.define("slipway-machine-panel", MachinePanel);
