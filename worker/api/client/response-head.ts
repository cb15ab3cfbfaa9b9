// The head of an HTTP/1.1 response (RFC 9112, sections 4 and 5), from an engine that someone named: bounded, and strict where it matters.

import { EngineError } from "../../base/errors.ts";
import type { ByteReader } from "../http1/byte-reader.ts";

export interface ResponseHead {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

const LINE_LIMIT_BYTES = 65_536;
const HEADER_LIMIT = 256;

/** Those of interim answers (100 and the like) are passed over. Rejects with EngineError("unavailable" | "corrupt"). */
export async function readResponseHead(reader: ByteReader): Promise<ResponseHead> {
  for (;;) {
    const match = /^HTTP\/1\.[01] (\d{3})(?: .*)?$/.exec(await headLine(reader));
    if (!match) throw malformed("it does not speak HTTP");
    const status = Number(match[1]);
    const headers = await readHeaders(reader);
    if (status >= 200 || status === 101) return { status, headers };
  }
}

async function readHeaders(reader: ByteReader): Promise<Record<string, string>> {
  const headers: Record<string, string> = Object.create(null);
  for (let count = 0; count <= HEADER_LIMIT; count++) {
    const line = await headLine(reader);
    if (line === "") return headers;
    const colon = line.indexOf(":");
    if (colon < 1) throw malformed("a header field is malformed");
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  throw malformed("too many header fields");
}

async function headLine(reader: ByteReader): Promise<string> {
  let line: string | undefined;
  try {
    line = await reader.line(LINE_LIMIT_BYTES);
  } catch {
    throw malformed("a line is too long");
  }
  if (line === undefined) throw new EngineError("unavailable", "the engine closed the connection");
  return line;
}

function malformed(how: string): EngineError {
  return new EngineError("corrupt", `the engine's answer is malformed: ${how}`);
}
