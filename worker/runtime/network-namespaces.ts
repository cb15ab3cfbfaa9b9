// Network namespaces of containers. Making one with its pair of interfaces and taking it down again are a quarter of what the guest does for
// a short container, so both happen in quiet moments: a spare is kept ready, and what has ended is removed later.

import type { ContainerId } from "../engine/container-id.ts";
import type { Agent } from "../guest/agent.ts";
import { OperationBatch } from "../guest/operations.ts";
import { networkNamespacePath } from "./container-paths.ts";
import type { QuietWork } from "./quiet-work.ts";

/** What most containers have: the spare is ready for it. */
const FIRST_INTERFACE = "eth0";
const DEFAULT_BRIDGE = "docker0";

interface Namespace {
  readonly path: string;
  /** The outer end of its interface; undefined: it has none. */
  readonly hostName?: string;
}

export class NetworkNamespaces {
  readonly #agent: Agent;
  readonly #quiet: QuietWork;
  readonly #paths = new Map<ContainerId, string>();
  #spare: Namespace | undefined;
  #made = 0;

  constructor(agent: Agent, quiet: QuietWork) {
    this.#agent = agent;
    this.#quiet = quiet;
    quiet.always(() => this.#makeSpare());
  }

  /**
   * Adds one for the container to the batch, at networkNamespacePath(). The result is the outer end of its `interfaceName`; undefined:
   * without an interface.
   */
  add(batch: OperationBatch, id: ContainerId, interfaceName: string | undefined): string | undefined {
    const namespace = this.#take(batch, interfaceName);
    this.#paths.set(id, namespace.path);
    batch.symlink(namespace.path, networkNamespacePath(id));
    this.#quiet.postpone();
    return namespace.hostName;
  }

  /** Adds to the batch what makes the container's end known to others at once: nothing answers for its addresses any more. */
  end(batch: OperationBatch, id: ContainerId, hostNames: Iterable<string>): void {
    const path = this.#paths.get(id);
    if (path === undefined) return;
    this.#paths.delete(id);
    batch.removeTree(networkNamespacePath(id));
    for (const name of hostNames) batch.closeBridgePort(name);
    this.#quiet.put(path, () => this.#remove(path));
  }

  async removeSpare(): Promise<void> {
    const spare = this.#spare;
    this.#spare = undefined;
    if (spare) await this.#remove(spare.path);
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

  async #makeSpare(): Promise<void> {
    if (this.#spare) return;
    const batch = new OperationBatch();
    const spare = this.#make(batch, FIRST_INTERFACE);
    batch.addBridgePort(spare.hostName!, DEFAULT_BRIDGE);
    try {
      await this.#agent.run(batch);
      this.#spare = spare;
    } catch (error) {
      await this.#remove(spare.path).catch(() => {});
      throw error;
    }
  }

  async #remove(path: string): Promise<void> {
    await this.#agent.run(new OperationBatch().removeNetworkNamespace(path));
  }
}

/** As Docker names them: "veth" and seven hexadecimal digits. */
export function newVethName(): string {
  const [random = 0] = crypto.getRandomValues(new Uint32Array(1));
  return `veth${random.toString(16).padStart(8, "0").slice(1)}`;
}
