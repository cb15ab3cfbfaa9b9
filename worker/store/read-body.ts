// The body of an HTTP response as a whole, and as it comes.

import { chunksOf, concatBytes } from "../base/streams.ts";

/** Hears each part, and how many bytes came before it. */
export type OnPart = (part: Uint8Array<ArrayBuffer>, offset: number) => void;

export async function readBody(response: Response, onPart?: OnPart): Promise<Uint8Array<ArrayBuffer>> {
  if (onPart === undefined || response.body === null) return new Uint8Array(await response.arrayBuffer());
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let offset = 0;
  for await (const chunk of chunksOf(response.body)) {
    const part = chunk as Uint8Array<ArrayBuffer>;
    parts.push(part);
    onPart(part, offset);
    offset += part.byteLength;
  }
  // Not a Blob of them: a browser moves its bytes to another process and back.
  return concatBytes(parts);
}
