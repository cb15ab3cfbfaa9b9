// Docker's stream framing (Engine API, "Stream format" of attach): [stream, 0, 0, 0, length as 4 bytes big-endian], payload.
// The engine encodes, clients decode.

import { EngineError } from "../base/errors.ts";

export type FrameStream = "stdin" | "stdout" | "stderr" | "system-error";

export interface Frame {
  readonly stream: FrameStream;
  readonly bytes: Uint8Array;
}

const STREAMS: readonly FrameStream[] = ["stdin", "stdout", "stderr", "system-error"];
const HEADER_BYTES = 8;
/** No frame of ours is near; a peer's may not make us hold more. */
const LONGEST_FRAME_BYTES = 16 * 1024 * 1024;

export function encodeFrame(stream: FrameStream, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(HEADER_BYTES + bytes.byteLength);
  frame[0] = STREAMS.indexOf(stream);
  new DataView(frame.buffer).setUint32(4, bytes.byteLength);
  frame.set(bytes, HEADER_BYTES);
  return frame;
}

/** Bytes to frames, cut anywhere. A payload is passed on piece by piece. Errors with "corrupt" for what is not a frame, or ends in one. */
export function frameDecoder(): TransformStream<Uint8Array, Frame> {
  const header = new Uint8Array(HEADER_BYTES);
  let headerBytes = 0;
  let left = 0;
  return new TransformStream<Uint8Array, Frame>({
    transform(chunk, controller) {
      let at = 0;
      while (at < chunk.byteLength) {
        if (left === 0) {
          const part = chunk.subarray(at, at + HEADER_BYTES - headerBytes);
          header.set(part, headerBytes);
          headerBytes += part.byteLength;
          at += part.byteLength;
          if (headerBytes < HEADER_BYTES) return;
          headerBytes = 0;
          left = parseHeader(header);
          continue;
        }
        const bytes = chunk.subarray(at, at + left);
        at += bytes.byteLength;
        left -= bytes.byteLength;
        controller.enqueue({ stream: STREAMS[header[0] ?? 0] ?? "stdout", bytes });
      }
    },
    flush() {
      if (headerBytes > 0 || left > 0)
        throw new EngineError("corrupt", "The stream ends in the middle of a frame");
    },
  });
}

function parseHeader(header: Uint8Array): number {
  const length = new DataView(header.buffer).getUint32(4);
  const known = (header[0] ?? 255) < STREAMS.length && header[1] === 0 && header[2] === 0 && header[3] === 0;
  if (!known) throw new EngineError("corrupt", `Unrecognized stream: ${header[0]}`);
  if (length > LONGEST_FRAME_BYTES) throw new EngineError("corrupt", `A frame of ${length} bytes`);
  return length;
}
