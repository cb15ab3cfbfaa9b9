// The name server of a machine that has none to ask: every name of the outside gets an address of 198.18.0.0/15 when it is first asked for, and
// a connection there is one to the name. Whether it exists is found out by who connects: the browser, or the relay.

import { EngineError } from "../base/errors.ts";
import type { AnswerDns } from "../engine/container-runtime.ts";
import {
  DNS_CODES,
  DNS_TYPES,
  type DnsQuestion,
  type DnsRecord,
  encodeDnsName,
  parseDnsQuestion,
  writeDnsAnswer,
  writeDnsError,
} from "../engine/networks/dns-message.ts";

/** 198.18.1.0 to 198.19.254.255: 65,024 names. */
const FIRST = 0xc6_12_01_00;
const NAMES_MOST = 65_024;
const NAME = /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9][a-z0-9-]*$/;
const REVERSE = ".in-addr.arpa";

export class OutsideNames {
  /** In order of last use. */
  readonly #byName = new Map<string, number>();
  readonly #byAddress = new Map<number, string>();

  /** IPv4, the same for as long as the name is not among those that 65,024 others were asked for after. */
  addressOf(name: string): string {
    let address = this.#byName.get(name) ?? this.#freeAddress();
    this.#byName.delete(name);
    this.#byName.set(name, address);
    this.#byAddress.set(address, name);
    const bytes: number[] = [];
    for (let rest = 4; rest > 0; rest--) {
      bytes.unshift(address & 255);
      address >>>= 8;
    }
    return bytes.join(".");
  }

  /** Undefined: no name was given that address. */
  nameOf(address: string): string | undefined {
    const number = address.split(".").reduce((sum, byte) => sum * 256 + Number(byte), 0);
    return this.#byAddress.get(number);
  }

  readonly answer: AnswerDns = async (message, transport) => {
    let asked: DnsQuestion;
    try {
      asked = parseDnsQuestion(message);
    } catch (error) {
      const unknown = error instanceof EngineError && error.code === "not-implemented";
      return writeDnsError(message, unknown ? DNS_CODES.NOT_IMPLEMENTED : DNS_CODES.FORMAT_ERROR);
    }
    const records = this.#records(asked);
    return writeDnsAnswer(asked, records ? DNS_CODES.OK : DNS_CODES.NO_SUCH_NAME, records ?? [], transport);
  };

  /** Of other kinds than addresses a name has none. Undefined: there is no such name. */
  #records({ name, type }: DnsQuestion): DnsRecord[] | undefined {
    if (name.endsWith(REVERSE)) {
      const known = this.nameOf(name.slice(0, -REVERSE.length).split(".").reverse().join("."));
      if (known === undefined) return undefined;
      return type === DNS_TYPES.PTR ? [{ type, data: encodeDnsName(known) }] : [];
    }
    if (!NAME.test(name)) return undefined;
    if (type !== DNS_TYPES.A) return [];
    return [{ type, data: Uint8Array.from(this.addressOf(name).split("."), Number) }];
  }

  #freeAddress(): number {
    if (this.#byName.size < NAMES_MOST) return FIRST + this.#byName.size;
    const [name, address] = this.#byName.entries().next().value!;
    this.#byName.delete(name);
    return address;
  }
}
