// Which ports of the machine containers have published.

import { EngineError } from "../../base/errors.ts";

const FIRST_EPHEMERAL = 32_768;
const LAST_EPHEMERAL = 60_999;

export class PortTable {
  /** `tcp/8080` to the addresses it is taken on. */
  readonly #taken = new Map<string, Set<string>>();
  #next = FIRST_EPHEMERAL;

  /** Takes one port. Throws `Bind for 0.0.0.0:8080 failed: port is already allocated`. */
  take(protocol: string, hostIp: string, port: number): void {
    if (!this.#isFree(protocol, hostIp, port))
      throw new EngineError("internal", `Bind for ${hostIp}:${port} failed: port is already allocated`);
    const key = `${protocol}/${port}`;
    const addresses = this.#taken.get(key) ?? new Set();
    this.#taken.set(key, addresses.add(hostIp));
  }

  /** Takes the next free ephemeral port. */
  takeAny(protocol: string, hostIp: string): number {
    const count = LAST_EPHEMERAL - FIRST_EPHEMERAL + 1;
    for (let tried = 0; tried < count; tried++) {
      const port = this.#next;
      this.#next = port === LAST_EPHEMERAL ? FIRST_EPHEMERAL : port + 1;
      if (!this.#isFree(protocol, hostIp, port)) continue;
      this.take(protocol, hostIp, port);
      return port;
    }
    throw new EngineError("internal", "no available ports");
  }

  /** Takes the first free port of a range. */
  takeFromRange(protocol: string, hostIp: string, first: number, last: number): number {
    for (let port = first; port <= last; port++) {
      if (!this.#isFree(protocol, hostIp, port)) continue;
      this.take(protocol, hostIp, port);
      return port;
    }
    throw new EngineError("internal", `Bind for ${hostIp}:${first} failed: port is already allocated`);
  }

  release(protocol: string, hostIp: string, port: number): void {
    const addresses = this.#taken.get(`${protocol}/${port}`);
    addresses?.delete(hostIp);
    if (addresses?.size === 0) this.#taken.delete(`${protocol}/${port}`);
  }

  #isFree(protocol: string, hostIp: string, port: number): boolean {
    const addresses = this.#taken.get(`${protocol}/${port}`);
    if (addresses === undefined) return true;
    return hostIp !== "0.0.0.0" && !addresses.has("0.0.0.0") && !addresses.has(hostIp);
  }
}
