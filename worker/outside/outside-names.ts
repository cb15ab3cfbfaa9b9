// The name server of a machine that has none to ask: every name of the outside gets an address of 198.18.0.0/15 when it is first asked for, and
// a connection there is one to the name. Whether it exists is found out by who connects: the browser, or the relay.

import type { AnswerDns } from "../engine/container-runtime.ts";
import {
  addressRecord,
  answerDns,
  DNS_CODES,
  DNS_TYPES,
  type DnsQuestion,
  type DnsRecord,
  pointerRecords,
  reversedAddress,
  writeDnsAnswer,
} from "../engine/networks/dns-message.ts";
import { ipv4Text, parseIpv4 } from "../engine/networks/ipv4.ts";

/** 198.18.1.0 to 198.19.254.255: 65,024 names. */
const FIRST = 0xc6_12_01_00;
const NAMES_MOST = 65_024;
const NAME = /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9][a-z0-9-]*$/;

export class OutsideNames {
  /** In order of last use. */
  readonly #byName = new Map<string, number>();
  readonly #byAddress = new Map<number, string>();

  /** IPv4, the same for as long as the name is not among those that 65,024 others were asked for after. */
  addressOf(name: string): string {
    const address = this.#byName.get(name) ?? this.#freeAddress();
    this.#byName.delete(name);
    this.#byName.set(name, address);
    this.#byAddress.set(address, name);
    return ipv4Text(address);
  }

  /** Undefined: no name was given that address. */
  nameOf(address: string): string | undefined {
    const number = parseIpv4(address);
    return number === undefined ? undefined : this.#byAddress.get(number);
  }

  readonly answer: AnswerDns = (message, transport) =>
    answerDns(message, (asked) => {
      const records = this.#records(asked);
      const code = records ? DNS_CODES.OK : DNS_CODES.NO_SUCH_NAME;
      return writeDnsAnswer(asked, code, records ?? [], transport);
    });

  /** Of other kinds than addresses a name has none. Undefined: there is no such name. */
  #records({ name, type }: DnsQuestion): DnsRecord[] | undefined {
    const address = reversedAddress(name);
    if (address !== undefined) return pointerRecords(type, this.nameOf(address));
    if (!NAME.test(name)) return undefined;
    return type === DNS_TYPES.A ? [addressRecord(this.addressOf(name))] : [];
  }

  #freeAddress(): number {
    if (this.#byName.size < NAMES_MOST) return FIRST + this.#byName.size;
    const [name, address] = this.#byName.entries().next().value!;
    this.#byName.delete(name);
    return address;
  }
}
