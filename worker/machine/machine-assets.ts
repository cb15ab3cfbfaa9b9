// `machine.json`: what the build made for the machine, and how each file can be checked.

import { EngineError } from "../base/errors.ts";

export interface AssetEntry {
  readonly file: string;
  readonly sizeBytes: number;
  /** `sha256:` and 64 hex digits. */
  readonly sha256: string;
}

/** An empty data disk of this size. */
export interface DiskEntry extends AssetEntry {
  readonly diskBytes: number;
}

export interface MachineAssets {
  readonly version: 2;
  readonly memoryBytes: number;
  /** v86.wasm, gzip: few servers pack it, and a snapshot fits no other version. */
  readonly v86: AssetEntry;
  /** What snapshot.ts writes, packed by zstd; and its size before. */
  readonly snapshot: AssetEntry;
  readonly snapshotBytes: number;
  /** A chunk manifest. */
  readonly system: AssetEntry;
  /** The empty data disk, and smaller ones for storage that would not hold it. */
  readonly dataDisk: DiskEntry;
  readonly smallerDataDisks?: readonly DiskEntry[];
  /** The images that ship; missing in a build without them. */
  readonly library?: AssetEntry;
  /** `uname -r`, and whether it is the lean kernel. */
  readonly kernel: { readonly version: string; readonly lean: boolean };
}

/** Throws EngineError("corrupt"). */
export function parseMachineAssets(text: string): MachineAssets {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new EngineError("corrupt", "machine.json is not JSON", { cause });
  }
  const assets = value as Partial<MachineAssets> | null;
  if (typeof assets !== "object" || assets === null || assets.version !== 2) {
    throw new EngineError("corrupt", "machine.json has an unknown version");
  }
  for (const name of ["v86", "snapshot", "system", "dataDisk"] as const) checkEntry(assets[name], name);
  checkDisks(assets.dataDisk!, assets.smallerDataDisks ?? []);
  if (assets.library !== undefined) checkEntry(assets.library, "library");
  if (
    !isCount(assets.memoryBytes) ||
    !isCount(assets.snapshotBytes) ||
    typeof assets.kernel?.version !== "string"
  ) {
    throw new EngineError("corrupt", "machine.json lacks the machine's facts");
  }
  return assets as MachineAssets;
}

function checkEntry(entry: AssetEntry | undefined, name: string): void {
  const valid =
    typeof entry?.file === "string" &&
    /^[\w.-]{1,200}$/.test(entry.file) &&
    isCount(entry.sizeBytes) &&
    /^sha256:[0-9a-f]{64}$/.test(entry.sha256);
  if (!valid) throw new EngineError("corrupt", `machine.json has no valid entry for ${name}`);
}

function checkDisks(dataDisk: DiskEntry, smaller: unknown): void {
  const others = Array.isArray(smaller) ? (smaller as DiskEntry[]) : [undefined];
  for (const entry of others) checkEntry(entry, "smallerDataDisks");
  if (![dataDisk, ...others].every((entry) => isCount(entry?.diskBytes)))
    throw new EngineError("corrupt", "machine.json does not say how large its data disks are");
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}
