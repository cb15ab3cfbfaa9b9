// The head of an HTTP/1.1 response (RFC 9112, sections 4 and 6.3) from a server in the guest, which is hostile until proved otherwise:
// bounded, and refused where two readers could disagree on where the body ends.

import type { ByteReader } from "../api/http1/byte-reader.ts";
import { EngineError } from "../base/errors.ts";

export type HeaderList = readonly (readonly [name: string, value: string])[];

export interface ResponseHead {
  readonly status: number;
  readonly reason: string;
  /** In order, names in lower case; Set-Cookie may come more than once. */
  readonly headers: HeaderList;
  /** `to-end`: until the server closes. */
  readonly body: number | "chunked" | "to-end";
}

const LINE_LIMIT_BYTES = 65_536;
const HEAD_LIMIT_BYTES = 262_144;
const HEADER_LIMIT = 256;
const INTERIM_LIMIT = 8;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it refuses
const FORBIDDEN_IN_VALUE = /[\u0000-\u0008\u000a-\u001f\u007f]/;

/** Skips interim responses (1xx) but 101. Rejects with EngineError("unavailable" | "corrupt"). */
export async function readResponseHead(reader: ByteReader, method: string): Promise<ResponseHead> {
  for (let count = 0; count < INTERIM_LIMIT; count++) {
    const line = await readLine(reader);
    if (line === undefined)
      throw new EngineError("unavailable", "the server closed the connection without an answer");
    const match = /^HTTP\/1\.\d (\d{3})(?: (.*))?$/.exec(line);
    if (match === null) throw malformed("its first line is not HTTP/1.1");
    const status = Number(match[1]);
    const headers = await readHeaders(reader);
    if (status >= 100 && status < 200 && status !== 101) continue;
    if (status < 101 || status > 599) throw malformed(`status ${status}`);
    const reason = FORBIDDEN_IN_VALUE.test(match[2] ?? "") ? "" : (match[2] ?? "");
    return { status, reason, headers, body: bodyOf(status, method, headers) };
  }
  throw malformed("too many interim responses");
}

export function headerOf(headers: HeaderList, name: string): string | undefined {
  return headers.find(([each]) => each === name)?.[1];
}

async function readHeaders(reader: ByteReader): Promise<HeaderList> {
  const headers: [string, string][] = [];
  let bytes = 0;
  for (;;) {
    const line = await readLine(reader);
    if (line === undefined) throw malformed("it ends in its head");
    if (line === "") return headers;
    bytes += line.length;
    if (headers.length >= HEADER_LIMIT || bytes > HEAD_LIMIT_BYTES) throw malformed("its head is too large");
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(0, colon)).toLowerCase();
    const value = line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, "");
    if (!TOKEN.test(name) || FORBIDDEN_IN_VALUE.test(value)) throw malformed("a header field");
    headers.push([name, value]);
  }
}

async function readLine(reader: ByteReader): Promise<string | undefined> {
  try {
    return await reader.line(LINE_LIMIT_BYTES);
  } catch {
    throw malformed("a line is too long");
  }
}

function bodyOf(status: number, method: string, headers: HeaderList): ResponseHead["body"] {
  if (method === "HEAD" || status === 101 || status === 204 || status === 304) return 0;
  const encoding = headerOf(headers, "transfer-encoding");
  const lengths = new Set(headers.filter(([name]) => name === "content-length").map(([, value]) => value));
  if (encoding !== undefined) {
    if (lengths.size > 0) throw malformed("both Transfer-Encoding and Content-Length");
    if (encoding.toLowerCase() !== "chunked") throw malformed("unknown transfer encoding");
    return "chunked";
  }
  if (lengths.size === 0) return "to-end";
  const [length = ""] = lengths;
  if (lengths.size > 1 || !/^\d{1,15}$/.test(length)) throw malformed("Content-Length");
  return Number(length);
}

function malformed(what: string): EngineError {
  return new EngineError("corrupt", `the server's answer is not valid HTTP: ${what}`);
}
