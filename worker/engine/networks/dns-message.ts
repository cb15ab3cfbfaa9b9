// DNS messages as a small server needs them (RFC 1035, sections 4.1 and 4.2; RFC 6891 for longer datagrams): one question in, an answer
// out. Questions come from containers and are hostile: everything is bounded, and names are never followed through pointers.

import { EngineError } from "../../base/errors.ts";
import { parseIpv4 } from "./ipv4.ts";

export const DNS_TYPES = { A: 1, PTR: 12, AAAA: 28, OPT: 41 } as const;
export const DNS_CODES = {
  OK: 0,
  FORMAT_ERROR: 1,
  SERVER_FAILURE: 2,
  NO_SUCH_NAME: 3,
  NOT_IMPLEMENTED: 4,
} as const;

const REVERSE = ".in-addr.arpa";
const HEADER_BYTES = 12;
const LONGEST_NAME_BYTES = 255;
const CLASS_IN = 1;
const CLASS_ANY = 255;
const PLAIN_DATAGRAM_BYTES = 512;
const LONGEST_DATAGRAM_BYTES = 4096;
const TTL_S = 600;
/** The question's name, which is always at the same place. */
const NAME_POINTER = 0xc00c;

export interface DnsQuestion {
  readonly id: number;
  readonly recursionDesired: boolean;
  /** In lower case, without the last dot. */
  readonly name: string;
  readonly type: number;
  /** Name, type and class as they came. */
  readonly question: Uint8Array;
  /** What a datagram of the answer may have; undefined: no EDNS in the question. */
  readonly datagramBytes: number | undefined;
}

export interface DnsRecord {
  readonly type: number;
  readonly data: Uint8Array;
}

/** Throws EngineError("corrupt") for what is no question, "not-implemented" for other operations than asking. */
export function parseDnsQuestion(message: Uint8Array): DnsQuestion {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  if (message.byteLength < HEADER_BYTES) throw new EngineError("corrupt", "a DNS message without a header");
  const flags = view.getUint16(2);
  if ((flags & 0x8000) !== 0) throw new EngineError("corrupt", "a DNS answer where a question should be");
  if ((flags & 0x7800) !== 0) throw new EngineError("not-implemented", "a DNS operation other than a query");
  if (view.getUint16(4) !== 1) throw new EngineError("corrupt", "a DNS message without one question");
  const { name, end } = readName(message, HEADER_BYTES);
  if (message.byteLength < end + 4) throw new EngineError("corrupt", "a DNS question that ends early");
  const questionClass = view.getUint16(end + 2);
  if (questionClass !== CLASS_IN && questionClass !== CLASS_ANY)
    throw new EngineError("not-implemented", "a DNS class other than IN");
  const answers = view.getUint16(6) + view.getUint16(8);
  return {
    id: view.getUint16(0),
    recursionDesired: (flags & 0x0100) !== 0,
    name,
    type: view.getUint16(end),
    question: message.slice(HEADER_BYTES, end + 4),
    datagramBytes: answers === 0 && view.getUint16(10) > 0 ? readEdns(message, end + 4) : undefined,
  };
}

/** What `respond` makes of the question; what is none, or another operation, is answered with an error, and an answer with nothing. */
export async function answerDns(
  message: Uint8Array,
  respond: (asked: DnsQuestion) => Uint8Array | Promise<Uint8Array>,
): Promise<Uint8Array | undefined> {
  let asked: DnsQuestion;
  try {
    asked = parseDnsQuestion(message);
  } catch (error) {
    const unknown = error instanceof EngineError && error.code === "not-implemented";
    return writeDnsError(message, unknown ? DNS_CODES.NOT_IMPLEMENTED : DNS_CODES.FORMAT_ERROR);
  }
  return respond(asked);
}

/** The address of which the name is asked for; undefined: the question is about a name. Whatever is not an address stays as it is. */
export function reversedAddress(name: string): string | undefined {
  return name.endsWith(REVERSE) ? name.slice(0, -REVERSE.length).split(".").reverse().join(".") : undefined;
}

/** Of an address with the name `known`: types other than its name are known to be none. Undefined: it has no name. */
export function pointerRecords(type: number, known: string | undefined): DnsRecord[] | undefined {
  if (known === undefined) return undefined;
  return type === DNS_TYPES.PTR ? [{ type, data: encodeDnsName(known) }] : [];
}

/** `address`: IPv4. */
export function addressRecord(address: string): DnsRecord {
  const data = new Uint8Array(4);
  new DataView(data.buffer).setUint32(0, parseIpv4(address) ?? 0);
  return { type: DNS_TYPES.A, data };
}

function readName(message: Uint8Array, start: number): { name: string; end: number } {
  let at = start;
  let name = "";
  for (;;) {
    const length = message[at];
    if (length === undefined) throw new EngineError("corrupt", "a DNS name that ends early");
    if (length === 0) break;
    if (length > 63) throw new EngineError("corrupt", "a DNS question with a compressed name");
    if (at + 1 + length > message.byteLength || at + 1 + length - start > LONGEST_NAME_BYTES)
      throw new EngineError("corrupt", "a DNS name that is too long");
    const label = String.fromCharCode(...message.subarray(at + 1, at + 1 + length));
    name += (name === "" ? "" : ".") + label.toLowerCase();
    at += 1 + length;
  }
  return { name, end: at + 1 };
}

/** The first additional record, when it is OPT: a root name, the type, the size in place of the class. */
function readEdns(message: Uint8Array, at: number): number | undefined {
  if (message.byteLength < at + 11 || message[at] !== 0) return undefined;
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  if (view.getUint16(at + 1) !== DNS_TYPES.OPT) return undefined;
  return Math.min(Math.max(view.getUint16(at + 3), PLAIN_DATAGRAM_BYTES), LONGEST_DATAGRAM_BYTES);
}

/** Records that do not fit are left out, and the answer says that it is cut, so that the asker comes again over TCP. */
export function writeDnsAnswer(
  asked: DnsQuestion,
  code: number,
  records: readonly DnsRecord[],
  transport: "udp" | "tcp",
): Uint8Array {
  const extra = asked.datagramBytes === undefined ? 0 : 11;
  const limit = transport === "tcp" ? 65_535 : (asked.datagramBytes ?? PLAIN_DATAGRAM_BYTES);
  let size = HEADER_BYTES + asked.question.byteLength + extra;
  const fitting = records.filter((record) => {
    const fits = size + 12 + record.data.byteLength <= limit;
    if (fits) size += 12 + record.data.byteLength;
    return fits;
  });
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  const cut = fitting.length < records.length;
  view.setUint16(0, asked.id);
  view.setUint16(2, 0x8080 | (asked.recursionDesired ? 0x0100 : 0) | (cut ? 0x0200 : 0) | code);
  view.setUint16(4, 1);
  view.setUint16(6, fitting.length);
  view.setUint16(10, extra === 0 ? 0 : 1);
  bytes.set(asked.question, HEADER_BYTES);
  let at = HEADER_BYTES + asked.question.byteLength;
  for (const { type, data } of fitting) {
    view.setUint16(at, NAME_POINTER);
    view.setUint16(at + 2, type);
    view.setUint16(at + 4, CLASS_IN);
    view.setUint32(at + 6, TTL_S);
    view.setUint16(at + 10, data.byteLength);
    bytes.set(data, at + 12);
    at += 12 + data.byteLength;
  }
  if (extra > 0) {
    view.setUint16(at + 1, DNS_TYPES.OPT);
    view.setUint16(at + 3, LONGEST_DATAGRAM_BYTES);
  }
  return bytes;
}

/** To a message of which only the header can be trusted; undefined when there is none, or it is an answer itself. */
export function writeDnsError(message: Uint8Array, code: number): Uint8Array | undefined {
  if (message.byteLength < HEADER_BYTES || (message[2]! & 0x80) !== 0) return undefined;
  const bytes = new Uint8Array(HEADER_BYTES);
  bytes.set(message.subarray(0, 2));
  bytes[2] = 0x80 | (message[2]! & 0x79);
  bytes[3] = 0x80 | code;
  return bytes;
}

/** A name in the form of the wire. Labels longer than 63 bytes are cut; beyond 255 bytes the rest is left out. */
export function encodeDnsName(name: string): Uint8Array {
  const bytes: number[] = [];
  for (const label of name.split(".")) {
    const encoded = new TextEncoder().encode(label).subarray(0, 63);
    if (encoded.byteLength === 0 || bytes.length + encoded.byteLength + 2 > LONGEST_NAME_BYTES) continue;
    bytes.push(encoded.byteLength, ...encoded);
  }
  return Uint8Array.of(...bytes, 0);
}
