// The head of an HTTP/1.1 request (RFC 9112, sections 3 and 5; framing of the body: section 6), parsed strictly: what two
// parsers could read in two ways is refused.

import type { ByteReader } from "./byte-reader.ts";

export interface RequestHead {
  readonly method: string;
  readonly target: string;
  /** HTTP/1.0 knows neither chunks nor keep-alive. */
  readonly http10: boolean;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** A count of bytes, `chunked`, or 0 for none. */
  readonly bodyLength: number | "chunked";
}

/** What is wrong with a request, and the status that says so. */
export class BadRequest extends Error {
  override readonly name = "BadRequest";
  readonly status: 400 | 413 | 431 | 501 | 505;

  constructor(status: BadRequest["status"], message: string) {
    super(message);
    this.status = status;
  }
}

const LINE_LIMIT_BYTES = 65_536;
const HEAD_LIMIT_BYTES = 131_072;
const HEADER_LIMIT = 256;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it refuses
const FORBIDDEN_IN_VALUE = /[\u0000-\u0008\u000a-\u001f\u007f]/;

/** Undefined when the connection ended before a request. Throws BadRequest. */
export async function readRequestHead(reader: ByteReader): Promise<RequestHead | undefined> {
  let line = await readLine(reader);
  // RFC 9112, 2.2: an empty line before the request line is to be ignored.
  if (line === "") line = await readLine(reader);
  if (line === undefined) return undefined;
  const match = /^(\S+) (\S+) HTTP\/(\d)\.(\d)$/.exec(line);
  if (!match) throw new BadRequest(400, "malformed request line");
  const [, method = "", target = "", major, minor] = match;
  if (!TOKEN.test(method)) throw new BadRequest(400, "malformed method");
  if (major !== "1") throw new BadRequest(505, "HTTP version not supported");
  const headers = await readHeaders(reader);
  return {
    method,
    target: originForm(target),
    http10: minor === "0",
    headers,
    bodyLength: bodyLengthOf(headers),
  };
}

async function readLine(reader: ByteReader): Promise<string | undefined> {
  try {
    return await reader.line(LINE_LIMIT_BYTES);
  } catch {
    throw new BadRequest(431, "a line of the request is too long");
  }
}

async function readHeaders(reader: ByteReader): Promise<Record<string, string>> {
  const headers: Record<string, string> = Object.create(null);
  let bytes = 0;
  for (let count = 0; ; count++) {
    const line = await readLine(reader);
    if (line === undefined) throw new BadRequest(400, "the request ends in its head");
    if (line === "") return headers;
    bytes += line.length;
    if (count >= HEADER_LIMIT || bytes > HEAD_LIMIT_BYTES)
      throw new BadRequest(431, "too many header fields");
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, "");
    if (colon < 1 || !TOKEN.test(name) || FORBIDDEN_IN_VALUE.test(value))
      throw new BadRequest(400, "malformed header field");
    const known = headers[name];
    if (known !== undefined && (name === "content-length" || name === "host"))
      throw new BadRequest(400, `two ${name} fields`);
    headers[name] = known === undefined ? value : `${known}, ${value}`;
  }
}

/** `/path?query`, also from `http://host/path`. */
function originForm(target: string): string {
  if (target.startsWith("/")) return target;
  const absolute = /^https?:\/\/[^/?#]*(.*)$/i.exec(target)?.[1];
  if (absolute === undefined) throw new BadRequest(400, "malformed request target");
  return absolute.startsWith("/") ? absolute : `/${absolute}`;
}

function bodyLengthOf(headers: Readonly<Record<string, string>>): number | "chunked" {
  const encoding = headers["transfer-encoding"];
  const length = headers["content-length"];
  if (encoding !== undefined) {
    if (length !== undefined) throw new BadRequest(400, "both Transfer-Encoding and Content-Length");
    if (encoding.toLowerCase() !== "chunked") throw new BadRequest(501, "unknown transfer encoding");
    return "chunked";
  }
  if (length === undefined) return 0;
  if (!/^\d{1,15}$/.test(length)) throw new BadRequest(400, "malformed Content-Length");
  return Number(length);
}
