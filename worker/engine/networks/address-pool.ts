// The addresses of one network that are in use. The lowest free one of its range is given out.

import { EngineError } from "../../base/errors.ts";
import { ipv4Text, type Subnet, subnetContains, subnetSize } from "./ipv4.ts";

export class AddressPool {
  readonly #subnet: Subnet;
  readonly #range: Subnet;
  readonly #used = new Set<number>();

  /** `reserved`: the gateway, and what others have. */
  constructor(subnet: Subnet, reserved: readonly number[], range: Subnet = subnet) {
    this.#subnet = subnet;
    this.#range = range;
    for (const address of reserved) this.#used.add(address);
  }

  /** Throws EngineError("forbidden") in Docker's words when none is left. */
  takeLowest(): number {
    // The first and the last address of the subnet are nobody's.
    const last = this.#subnet.base + subnetSize(this.#subnet) - 1;
    const end = Math.min(this.#range.base + subnetSize(this.#range), last);
    for (let address = Math.max(this.#range.base, this.#subnet.base + 1); address < end; address++) {
      if (this.#used.has(address)) continue;
      this.#used.add(address);
      return address;
    }
    throw new EngineError("forbidden", "no available IPv4 addresses on this network's address pools");
  }

  /** Throws when it is outside of the subnet or taken. */
  take(address: number): number {
    if (!subnetContains(this.#subnet, address))
      throw new EngineError(
        "invalid-argument",
        `no configured subnet contains IP address ${ipv4Text(address)}`,
      );
    if (this.#used.has(address)) throw new EngineError("forbidden", "Address already in use");
    this.#used.add(address);
    return address;
  }

  release(address: number): void {
    this.#used.delete(address);
  }
}
