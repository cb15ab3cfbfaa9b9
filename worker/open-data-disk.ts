// The data disk: the one that is kept, or a new one as large as what the storage can hold. A disk that is larger than its storage would fail
// in the middle of a write; one that fits says "No space left on device" to whoever writes too much.

import { readCheckedAsset } from "./checked-asset.ts";
import { ChunkDisk } from "./disk/chunk-disk.ts";
import { readDiskTemplate } from "./disk/disk-template.ts";
import type { DiskEntry, MachineAssets } from "./machine/machine-assets.ts";
import type { Platform } from "./platform.ts";
import type { ByteFile } from "./store/byte-file.ts";
import { openStored } from "./store/stored-state-error.ts";

/** Of what there is, for the disk; the rest is for layers of images, records, and the disk's own tables. */
const SHARE = 0.85;

export interface OpenedDisk {
  readonly file: ByteFile;
  readonly disk: ChunkDisk;
}

/** Rejects with StoredStateError, or as readCheckedAsset does. */
export async function openDataDisk(platform: Platform, assets: MachineAssets): Promise<OpenedDisk> {
  const file = (await openStored(() => platform.files.folder("disk").open("data", { create: true })))!;
  const kept = await openStored(() => ChunkDisk.reopen(file));
  if (kept !== undefined) return { file, disk: kept };
  const template = readDiskTemplate(await readCheckedAsset(platform, await fittingDisk(platform, assets)));
  return { file, disk: await openStored(() => ChunkDisk.open(file, template)) };
}

/** The largest that has room, or the smallest. */
async function fittingDisk(platform: Platform, assets: MachineAssets): Promise<DiskEntry> {
  const { dataDisk, smallerDataDisks = [] } = assets;
  const disks = [dataDisk, ...smallerDataDisks].sort((one, other) => other.diskBytes - one.diskBytes);
  for (const disk of disks)
    if (platform.hasRoom === undefined || (await platform.hasRoom(disk.diskBytes / SHARE))) return disk;
  return disks.at(-1)!;
}
