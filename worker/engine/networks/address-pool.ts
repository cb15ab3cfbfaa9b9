// The addresses of one network that are in use. The lowest free one is given out.

import { EngineError } from "../../base/errors.ts";
import { ipv4Text, type Subnet, subnetContains, subnetSize } from "./ipv4.ts";

export class AddressPool {
  readonly #subnet: Subnet;
  readonly #used = new Set<number>();

  /** `reserved`: the gateway. */
  constructor(subnet: Subnet, reserved: readonly number[]) {
    this.#subnet = subnet;
    for (const address of reserved) this.#used.add(address);
  }

  /** Throws EngineError("forbidden") in Docker's words when none is left. */
  takeLowest(): number {
    const last = this.#subnet.base + subnetSize(this.#subnet) - 1;
    for (let address = this.#subnet.base + 1; address < last; address++) {
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
