// The name server at 127.0.0.11 of a container on user-defined networks: it knows the others there, and asks the container's servers
// (`--dns`, or the machine's) about everything else. In a page there is none to ask, and the answer is a quick no.

import { EngineError } from "../../base/errors.ts";
import type { AnswerDns, AskNameServer } from "../container-runtime.ts";
import type { Container } from "../containers/container.ts";
import type { EngineContext } from "../engine-context.ts";
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
} from "./dns-message.ts";
import { parseIpv4 } from "./ipv4.ts";
import { addressesOf, nameOf } from "./name-lookup.ts";

export const EMBEDDED_NAME_SERVER = "127.0.0.11";

export function dnsServer(engine: EngineContext, container: Container): AnswerDns {
  return (message, transport, ask) =>
    answerDns(message, async (asked) => {
      const records = ownAnswer(engine, container, asked);
      if (records) return writeDnsAnswer(asked, DNS_CODES.OK, records, transport);
      const passedOn = await askOthers(engine, container, message, ask);
      return passedOn ?? writeDnsAnswer(asked, refusal(engine, container, asked), [], transport);
    });
}

/** Undefined: a name that nobody here has. Types other than the address a name has are known to be none. */
function ownAnswer(
  engine: EngineContext,
  container: Container,
  { name, type }: DnsQuestion,
): DnsRecord[] | undefined {
  const address = reversedAddress(name);
  if (address !== undefined) return pointerRecords(type, nameOf(engine, container, address));
  const addresses = addressesOf(engine, container, name);
  if (addresses.length === 0) return undefined;
  if (type !== DNS_TYPES.A) return [];
  return shuffled(engine, addresses).map(addressRecord);
}

/** Several containers of one name take turns, because askers take the first. */
function shuffled(engine: EngineContext, addresses: readonly string[]): string[] {
  const [start = 0] = engine.randomBytes(1);
  const at = start % addresses.length;
  return [...addresses.slice(at), ...addresses.slice(0, at)];
}

function serversOf(engine: EngineContext, container: Container): string[] {
  const { dns } = container.record.host;
  return (dns.length > 0 ? dns : engine.settings.nameservers).filter(
    (server) => server !== EMBEDDED_NAME_SERVER && parseIpv4(server) !== undefined,
  );
}

async function askOthers(
  engine: EngineContext,
  container: Container,
  message: Uint8Array,
  ask: AskNameServer,
): Promise<Uint8Array | undefined> {
  for (const server of serversOf(engine, container)) {
    try {
      return await ask(server, message);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
    }
  }
  return undefined;
}

/** With nobody to ask, a name of one word does not exist; of any other we only cannot tell. */
function refusal(engine: EngineContext, container: Container, { name }: DnsQuestion): number {
  const nobodyToAsk = serversOf(engine, container).length === 0;
  return nobodyToAsk && (!name.includes(".") || reversedAddress(name) !== undefined)
    ? DNS_CODES.NO_SUCH_NAME
    : DNS_CODES.SERVER_FAILURE;
}
