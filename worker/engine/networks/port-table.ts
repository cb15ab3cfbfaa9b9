// Which ports of the machine containers have published, and of the computer around it, where those are published too.

import { EngineError, messageOf } from "../../base/errors.ts";
import type { HostPorts, PortTarget } from "./host-ports.ts";

const FIRST_EPHEMERAL = 32_768;
const LAST_EPHEMERAL = 60_999;
/** Ports of the computer that other programs have, one after another, until a search is given up. */
const MOST_REFUSALS = 256;

export interface WantedPort {
  readonly protocol: "tcp" | "udp";
  readonly hostIp: string;
  /** Where connections go, asked for each. */
  readonly target: () => PortTarget | undefined;
}

export class PortTable {
  readonly #host: HostPorts | undefined;
  /** `tcp/8080` to the addresses it is taken on, and what gives them back. */
  readonly #taken = new Map<string, Map<string, () => void>>();
  #next = FIRST_EPHEMERAL;

  constructor(host?: HostPorts) {
    this.#host = host;
  }

  /** Takes the first free port from `first` to `last`. Rejects with `Bind for 0.0.0.0:8080 failed: port is already allocated`. */
  async take(wanted: WantedPort, first: number, last = first): Promise<number> {
    let refusal = new EngineError(
      "internal",
      `Bind for ${wanted.hostIp}:${first} failed: port is already allocated`,
    );
    for (let port = first; port <= last; port++) {
      if (!this.#isFree(wanted, port)) continue;
      const refused = await this.#open(wanted, port);
      if (refused === undefined) return port;
      refusal = refused;
    }
    throw refusal;
  }

  /** Takes the next free ephemeral port. */
  async takeAny(wanted: WantedPort): Promise<number> {
    const count = LAST_EPHEMERAL - FIRST_EPHEMERAL + 1;
    let refusals = 0;
    for (let tried = 0; tried < count && refusals < MOST_REFUSALS; tried++) {
      const port = this.#next;
      this.#next = port === LAST_EPHEMERAL ? FIRST_EPHEMERAL : port + 1;
      if (!this.#isFree(wanted, port)) continue;
      if ((await this.#open(wanted, port)) === undefined) return port;
      refusals++;
    }
    throw new EngineError("internal", "no available ports");
  }

  release(protocol: string, hostIp: string, port: number): void {
    const key = `${protocol}/${port}`;
    const addresses = this.#taken.get(key);
    const close = addresses?.get(hostIp);
    addresses?.delete(hostIp);
    if (addresses?.size === 0) this.#taken.delete(key);
    close?.();
  }

  /** Undefined: it is taken now. */
  async #open({ protocol, hostIp, target }: WantedPort, port: number): Promise<EngineError | undefined> {
    const key = `${protocol}/${port}`;
    const addresses = this.#taken.get(key) ?? new Map<string, () => void>();
    this.#taken.set(
      key,
      addresses.set(hostIp, () => {}),
    );
    try {
      const close = await this.#host?.open({ protocol, address: hostIp, port }, target);
      if (close) addresses.set(hostIp, close);
      return undefined;
    } catch (cause) {
      this.release(protocol, hostIp, port);
      return new EngineError(
        "internal",
        `failed to bind host port ${hostIp}:${port}/${protocol}: ${messageOf(cause)}`,
        { cause },
      );
    }
  }

  #isFree({ protocol, hostIp }: WantedPort, port: number): boolean {
    const addresses = this.#taken.get(`${protocol}/${port}`);
    if (addresses === undefined) return true;
    return hostIp !== "0.0.0.0" && !addresses.has("0.0.0.0") && !addresses.has(hostIp);
  }
}
