// Makes the kernel's terminals ask for writes of 8 KiB rather than 1 KiB (stat's st_blksize). A C program's buffer for standard output is
// as long as that; what is longer, glibc writes to a terminal line by line: `seq 1 1000000` in 34,000 calls instead of 850. The kernel has no
// setting for it, so the two instructions of devpts_fill_super() that say so are changed in the memory of the machine that is built:
//
//     movl $1024, 0x10(%reg)     s_blocksize
//     movb $10, 0xc(%reg)        s_blocksize_bits
//     movl $0x1cd1, 0x38(%reg)   s_magic, by which they are found
//
// Offsets are those of struct super_block, register numbers those of the i386's ModR/M byte.

const BLOCK_BITS = 13;
/** The three are within so many bytes. */
const REACH = 40;
/** All but esp, which takes a longer form. */
const REGISTERS = [0, 1, 2, 3, 5, 6, 7];
const DISPLACED = 0x40;

/** From `start` to before `end`, physical. */
export interface MemoryRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Changes a machine's memory; undefined, and nothing changed, where the kernel's code is not as expected, or not in one place only. What was
 * compiled of the range is to be forgotten. Devpts mounts from then on are changed, those before are not.
 */
export function enlargeTerminalBlocks(memory: Uint8Array): MemoryRange | undefined {
  const places = REGISTERS.flatMap((register) => findPlaces(memory, register));
  if (places.length !== 1) return undefined;
  const { size, bits } = places[0]!;
  new DataView(memory.buffer, memory.byteOffset).setUint32(size, 2 ** BLOCK_BITS, true);
  memory[bits] = BLOCK_BITS;
  return { start: Math.min(size, bits), end: Math.max(size + 4, bits + 1) };
}

/** The addresses of the two values. */
function findPlaces(memory: Uint8Array, register: number): { size: number; bits: number }[] {
  const bytes = Buffer.from(memory.buffer, memory.byteOffset, memory.byteLength);
  const operand = DISPLACED | register;
  const setMagic = Buffer.from([0xc7, operand, 0x38, 0xd1, 0x1c, 0x00, 0x00]);
  const setSize = Buffer.from([0xc7, operand, 0x10, 0x00, 0x04, 0x00, 0x00]);
  const setBits = Buffer.from([0xc6, operand, 0x0c, 0x0a]);
  const places: { size: number; bits: number }[] = [];
  for (let at = bytes.indexOf(setMagic); at >= 0; at = bytes.indexOf(setMagic, at + 1)) {
    const start = Math.max(0, at - REACH);
    const near = bytes.subarray(start, at + REACH);
    const [size, bits] = [near.indexOf(setSize), near.indexOf(setBits)];
    if (size >= 0 && bits >= 0) places.push({ size: start + size + 3, bits: start + bits + 3 });
  }
  return places;
}
