// The snapshot's zstd frame, unpacked with a bound. The frame's own checksum tells damage.

import { ZSTDDecoder } from "zstddec/stream";
import { EngineError } from "../base/errors.ts";
import { decodeBranches } from "./branch-filter.ts";

/** Rejects with EngineError("corrupt") unless the frame unpacks to exactly `stateBytes`. */
export async function unpackSnapshot(packed: Uint8Array, stateBytes: number): Promise<ArrayBuffer> {
  const decoder = new ZSTDDecoder();
  await decoder.init();
  let state: Uint8Array;
  try {
    state = decoder.decode(packed, stateBytes);
  } catch (cause) {
    throw new EngineError("corrupt", "The machine's snapshot is damaged", { cause });
  }
  if (state.byteLength !== stateBytes)
    throw new EngineError("corrupt", "The machine's snapshot is incomplete");
  decodeBranches(state);
  return state.byteOffset === 0 && state.byteLength === state.buffer.byteLength
    ? (state.buffer as ArrayBuffer)
    : (state.slice().buffer as ArrayBuffer);
}
