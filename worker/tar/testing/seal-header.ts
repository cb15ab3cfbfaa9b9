// A tar header changed by hand needs its checksum set anew, else that is all a parser complains of.

import { tarChecksum } from "../tar-header.ts";

export function sealTarHeader(block: Uint8Array): Uint8Array {
  block.set(new TextEncoder().encode(`${tarChecksum(block).toString(8).padStart(6, "0")}\0 `), 148);
  return block;
}
