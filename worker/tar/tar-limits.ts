// What an archive may ask for: every size that a header names is checked against one of these before memory is taken.

export interface TarLimits {
  /** Of a name or link target; PATH_MAX by default. */
  readonly maxPathBytes?: number;
  /** Of one pax header, of a GNU long name, and of all global headers together; 1 MiB by default. */
  readonly maxHeaderBytes?: number;
  /** Of one xattr's value; Linux's 64 KiB by default. */
  readonly maxXattrBytes?: number;
  /** Of a sparse file with its holes; 1 TiB by default. */
  readonly maxSparseBytes?: number;
}

export function tarLimits(limits: TarLimits): Required<TarLimits> {
  return {
    maxPathBytes: limits.maxPathBytes ?? 4096,
    maxHeaderBytes: limits.maxHeaderBytes ?? 1_048_576,
    maxXattrBytes: limits.maxXattrBytes ?? 65_536,
    maxSparseBytes: limits.maxSparseBytes ?? 2 ** 40,
  };
}
