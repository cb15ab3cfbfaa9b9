// Output of a container without a terminal comes in frames: `[stream, 0, 0, 0, length (big endian)]`, then the bytes.
// Stream 1 is stdout, 2 stderr, 3 an error of the daemon itself.

import { chunksOf } from "../base/streams.ts";
import { CliError } from "./cli-error.ts";
import type { TextSink } from "./text-sink.ts";

const HEADER_BYTES = 8;

/** Copies until the end; frames that are split over chunks need no buffer. Rejects with a CliError for a stream that is none. */
export async function demultiplex(
  source: ReadableStream<Uint8Array>,
  out: TextSink,
  err: TextSink,
): Promise<void> {
  const header = new Uint8Array(HEADER_BYTES);
  const decoder = new TextDecoder();
  let headerLength = 0;
  let remaining = 0;
  let daemonError = "";
  for await (const chunk of chunksOf(source)) {
    let offset = 0;
    while (offset < chunk.byteLength) {
      if (remaining === 0 && headerLength < HEADER_BYTES) {
        const part = chunk.subarray(offset, offset + HEADER_BYTES - headerLength);
        header.set(part, headerLength);
        headerLength += part.byteLength;
        offset += part.byteLength;
        if (headerLength < HEADER_BYTES) continue;
        remaining = new DataView(header.buffer).getUint32(4);
      }
      const payload = chunk.subarray(offset, offset + remaining);
      offset += payload.byteLength;
      remaining -= payload.byteLength;
      if (header[0] === 3)
        daemonError = (daemonError + decoder.decode(payload, { stream: true })).slice(0, 4096);
      else if (header[0]! <= 2) await (header[0] === 2 ? err : out).write(payload);
      else throw new CliError(`Unrecognized input header: ${header[0]}`);
      if (remaining === 0) headerLength = 0;
    }
    if (daemonError !== "" && remaining === 0)
      throw new CliError(`error from daemon in stream: ${daemonError}`);
  }
  if (headerLength > 0) throw new CliError("unexpected EOF");
}
