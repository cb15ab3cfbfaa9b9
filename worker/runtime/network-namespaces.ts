// Network namespaces of containers. Making one with its pair of interfaces and taking it down again are a quarter of what the guest does for
// a short container, so both happen while nothing waits for it: a spare is kept ready, and what has ended is removed later, together.

import { unrefTimer } from "../base/unref-timer.ts";
import type { ContainerId } from "../engine/container-id.ts";
import type { Agent } from "../guest/agent.ts";
import { OperationBatch } from "../guest/operations.ts";
import { networkNamespacePath } from "./container-paths.ts";

/** The kernel needs about 100 KB for each. */
const MAX_ENDED = 16;
/** So long no container started or ended. */
const QUIET_MS = 1000;
const FIRST_INTERFACE = "eth0";

interface Namespace {
  readonly path: string;
  /** The outer end of its interface; undefined: it has none. */
  readonly hostName?: string;
}

export class NetworkNamespaces {
  readonly #agent: Agent;
  readonly #paths = new Map<ContainerId, string>();
  #spare: Namespace | undefined;
  #ended: string[] = [];
  #made = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #catchingUp: Promise<void> = Promise.resolve();

  constructor(agent: Agent) {
    this.#agent = agent;
    this.#wait();
  }

  /**
   * Adds one for the container to the batch, at networkNamespacePath(). The result is the outer end of its `interfaceName`, which is not
   * up yet; undefined: without an interface.
   */
  add(batch: OperationBatch, id: ContainerId, interfaceName: string | undefined): string | undefined {
    const namespace = this.#take(batch, interfaceName);
    this.#paths.set(id, namespace.path);
    batch.symlink(namespace.path, networkNamespacePath(id));
    this.#wait();
    return namespace.hostName;
  }

  /** Adds to the batch what makes the container's end known to others at once: nothing answers for its addresses any more. */
  end(batch: OperationBatch, id: ContainerId, hostNames: Iterable<string>): void {
    const path = this.#paths.get(id);
    if (path === undefined) return;
    this.#paths.delete(id);
    batch.removeTree(networkNamespacePath(id));
    for (const name of hostNames) batch.takeDownLink(name);
    this.#ended.push(path);
    this.#wait();
  }

  /** Removes the spare and what has ended; no other comes before the next container. */
  async letGo(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#catchingUp;
    if (this.#spare) this.#ended.push(this.#spare.path);
    this.#spare = undefined;
    await this.#removeEnded();
  }

  #take(batch: OperationBatch, interfaceName: string | undefined): Namespace {
    const spare = this.#spare;
    if (!spare || interfaceName !== FIRST_INTERFACE) return this.#make(batch, interfaceName);
    this.#spare = undefined;
    return spare;
  }

  #make(batch: OperationBatch, interfaceName: string | undefined): Namespace {
    this.#made += 1;
    const path = `/run/slipway/netns/${this.#made}`;
    batch.addNetworkNamespace(path);
    if (interfaceName === undefined) return { path };
    const hostName = newVethName();
    batch.addVeth(hostName, path, interfaceName);
    return { path, hostName };
  }

  #wait(): void {
    clearTimeout(this.#timer);
    const delayMs = this.#ended.length >= MAX_ENDED ? 0 : QUIET_MS;
    // It fails when the machine has ended, and then it does not matter. In Node it keeps no process alive.
    this.#timer = setTimeout(() => {
      this.#catchingUp = this.#catchingUp.then(() => this.#catchUp()).catch(() => {});
    }, delayMs);
    unrefTimer(this.#timer);
  }

  async #catchUp(): Promise<void> {
    await this.#removeEnded();
    if (this.#spare) return;
    const batch = new OperationBatch();
    const spare = this.#make(batch, FIRST_INTERFACE);
    await this.#agent.run(batch);
    this.#spare = spare;
  }

  async #removeEnded(): Promise<void> {
    if (this.#ended.length === 0) return;
    const batch = new OperationBatch();
    for (const path of this.#ended) batch.removeNetworkNamespace(path);
    this.#ended = [];
    await this.#agent.run(batch);
  }
}

/** As Docker names them: "veth" and seven hexadecimal digits. */
export function newVethName(): string {
  const [random = 0] = crypto.getRandomValues(new Uint32Array(1));
  return `veth${random.toString(16).padStart(8, "0").slice(1)}`;
}
