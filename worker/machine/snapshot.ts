// The machine's snapshot: v86's own state, and apart from it the guest's memory, which is most of it and goes from the reader straight to
// its place. v86 alone would copy it twice on the way.
//
// u32 (little endian): bytes of the state · the state · the pages of memory that are not zeros, in the order of their addresses, filtered by
// encodeBranches in each run of neighbours.

import { EngineError } from "../base/errors.ts";
import { decodeBranches, encodeBranches } from "./branch-filter.ts";
import type { SnapshotReader } from "./snapshot-reader.ts";
import { type MemoryBitmap, restoreWithoutMemory, saveWithoutMemory, type V86Machine } from "./v86.ts";

const PAGE_BYTES = 4096;
const HEADER_BYTES = 4;

/** Of neighbouring pages. */
interface Run {
  readonly address: number;
  readonly lengthBytes: number;
}

/** Of a machine that is stopped. */
export async function saveSnapshot(machine: V86Machine): Promise<Uint8Array<ArrayBuffer>> {
  const { state, bitmap, pages } = await saveWithoutMemory(machine);
  const snapshot = new Uint8Array(HEADER_BYTES + state.byteLength + pages.byteLength);
  new DataView(snapshot.buffer).setUint32(0, state.byteLength, true);
  snapshot.set(new Uint8Array(state), HEADER_BYTES);
  const memory = snapshot.subarray(HEADER_BYTES + state.byteLength);
  memory.set(pages);
  const memoryBytes = memoryBytesOf(machine);
  let at = 0;
  for (const { address, lengthBytes } of runsOf(bitmap, memoryBytes)) {
    encodeBranches(memory.subarray(at, at + lengthBytes), address, memoryBytes);
    at += lengthBytes;
  }
  return snapshot;
}

/** Into a machine that has just been created, whose memory is zeros. Rejects with EngineError("corrupt"), or what v86 throws. */
export async function restoreSnapshot(machine: V86Machine, reader: SnapshotReader): Promise<void> {
  const header = new Uint8Array(HEADER_BYTES);
  await reader.fill(header);
  const stateBytes = new DataView(header.buffer).getUint32(0, true);
  if (stateBytes > reader.sizeBytes - HEADER_BYTES) throw unlike();
  const state = new Uint8Array(stateBytes);
  await reader.fill(state);
  const bitmap = await restoreWithoutMemory(machine, state.buffer);
  const memoryBytes = memoryBytesOf(machine);
  const runs = runsOf(bitmap, memoryBytes);
  const filledBytes = runs.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
  if (HEADER_BYTES + stateBytes + filledBytes !== reader.sizeBytes) throw unlike();
  for (const { address, lengthBytes } of runs) {
    const memory = machine.v86.cpu.mem8.subarray(address, address + lengthBytes);
    await reader.fill(memory);
    decodeBranches(memory, address, memoryBytes);
  }
  await reader.end();
}

function memoryBytesOf(machine: V86Machine): number {
  return machine.v86.cpu.memory_size[0]!;
}

function runsOf(bitmap: MemoryBitmap, memoryBytes: number): Run[] {
  const runs: { address: number; lengthBytes: number }[] = [];
  for (let page = 0; page < memoryBytes / PAGE_BYTES; page++) {
    if (!bitmap.get(page)) continue;
    const address = page * PAGE_BYTES;
    const last = runs.at(-1);
    if (last && last.address + last.lengthBytes === address) last.lengthBytes += PAGE_BYTES;
    else runs.push({ address, lengthBytes: PAGE_BYTES });
  }
  return runs;
}

function unlike(): EngineError {
  return new EngineError("corrupt", "The machine's snapshot is not one of its size");
}
