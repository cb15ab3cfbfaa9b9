// Builds tar archives by hand, right or wrong in every way a stranger's may be.

export interface ArchiveEntry {
  readonly name?: string | Uint8Array;
  readonly type?: string;
  readonly link?: string;
  readonly content?: string | Uint8Array;
  /** Header fields as they stand, by offset: they replace what would be right. */
  readonly fields?: Readonly<Record<number, string | Uint8Array>>;
  /** A wrong checksum. */
  readonly broken?: boolean;
}

function octal(value: number, size: number): string {
  return `${value.toString(8).padStart(size - 1, "0")}\0`;
}

/** Puts the right checksum into the header block at `offset`. */
export function setChecksum(archive: Uint8Array, offset: number): void {
  archive.fill(0x20, offset + 148, offset + 156);
  const sum = archive.subarray(offset, offset + 512).reduce((total, byte) => total + byte, 0);
  archive.set(Buffer.from(`${octal(sum, 7)} `), offset + 148);
}

export function makeEntry(entry: ArchiveEntry): Buffer {
  const content = Buffer.from(entry.content ?? "");
  const block = Buffer.alloc(512 + Math.ceil(content.length / 512) * 512);
  const fields = {
    0: entry.name ?? "name",
    100: octal(0o644, 8),
    108: octal(0, 8),
    116: octal(0, 8),
    124: octal(content.length, 12),
    136: octal(1_000_000_000, 12),
    156: entry.type ?? "0",
    157: entry.link ?? "",
    257: "ustar\x0000",
    329: octal(0, 8),
    337: octal(0, 8),
    ...entry.fields,
  };
  for (const [offset, value] of Object.entries(fields))
    block.set(Buffer.from(value as string), Number(offset));
  setChecksum(block, 0);
  if (entry.broken) block[148] = block[148]! ^ 1;
  block.set(content, 512);
  return block;
}

/** The archive with its two zero blocks at the end. */
export function makeArchive(...entries: ArchiveEntry[]): Buffer {
  return Buffer.concat([...entries.map(makeEntry), Buffer.alloc(1024)]);
}

/** An extended header ('x', or 'g' for all that follow) of pax records. */
export function paxHeader(records: Readonly<Record<string, string | Uint8Array>>, type = "x"): ArchiveEntry {
  const parts = Object.entries(records).map(([key, value]) => {
    const rest = Buffer.concat([Buffer.from(` ${key}=`), Buffer.from(value as string), Buffer.from("\n")]);
    let length = rest.length + 1;
    while (`${length}`.length + rest.length !== length) length = `${length}`.length + rest.length;
    return Buffer.concat([Buffer.from(`${length}`), rest]);
  });
  return { name: "PaxHeaders/name", type, content: Buffer.concat(parts) };
}
