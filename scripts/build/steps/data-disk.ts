// Step "data-disk": empty ext4s of several sizes as templates, so that the guest never runs mkfs. Only what mke2fs wrote is looked at.
// Output: data-disk-SIZE.template for each (the format is worker/disk/disk-template.ts's).
import { open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { writeDiskTemplate } from "../../../worker/disk/disk-template.ts";
import { NodeFileArea } from "../../../worker/store/file-area-node.ts";
import type { BuildStep, StepContext } from "../build-step.ts";

/** Largest first: what a disk is, and smaller ones where storage would not hold it. */
export const DATA_DISKS = ["16g", "8g", "4g", "2g", "1g", "512m", "256m", "128m", "64m"].map((size) => ({
  file: `data-disk-${size}.template`,
  diskBytes: Number.parseInt(size, 10) * 1024 ** (size.endsWith("g") ? 3 : 2),
}));

const uuid = "5a1b0a7e-51b9-4c0d-9b7e-0d15c0ffee00";

export interface DataRange {
  readonly offset: number;
  readonly lengthBytes: number;
}

/** Where a sparse file has data: the map that opens a GNU sparse 1.0 tar member (decimal numbers, one a line: count, then offset and length). */
export function parseSparseMap(tar: Buffer): DataRange[] {
  const start = tar.indexOf("GNU.sparse.major=1", 0, "latin1");
  if (start < 0) throw new Error("tar wrote no sparse member");
  const header = Math.ceil((start + 1) / 512) * 512; // the pax records end with the block they are in; the member's header follows
  const numbers = tar
    .toString("latin1", header + 512)
    .split("\n", 100_000)
    .map(Number);
  const [count = 0] = numbers;
  return Array.from({ length: count }, (_, index) => ({
    offset: numbers[1 + 2 * index]!,
    lengthBytes: numbers[2 + 2 * index]!,
  })).filter(({ lengthBytes }) => lengthBytes > 0);
}

export const dataDiskStep: BuildStep = {
  name: "data-disk",
  title: "empty file systems as templates of the data disk",
  dependsOn: [],
  async inputs({ hashFiles }) {
    return {
      code: await hashFiles(
        "scripts/build/steps/data-disk.ts",
        "worker/disk/disk-template.ts",
        "images/guest/mke2fs.conf",
      ),
    };
  },
  async run(context) {
    for (const { file, diskBytes } of DATA_DISKS) await makeTemplate(context, file, diskBytes);
  },
};

async function makeTemplate(
  { root, outputDir, workDir, run }: StepContext,
  file: string,
  diskBytes: number,
): Promise<void> {
  const image = join(workDir, "data.ext4");
  const blank = await open(image, "w");
  await blank.truncate(diskBytes);
  await blank.close();
  const extended = `lazy_itable_init=1,lazy_journal_init=1,nodiscard,root_owner=0:0,hash_seed=${uuid}`;
  // E2FSPROGS_FAKE_TIME: the same template whenever it is made.
  await run(
    "/sbin/mke2fs",
    ["-q", "-F", "-t", "ext4", "-L", "data", "-m", "0", "-J", "size=16", "-U", uuid, "-E", extended, image],
    {
      env: { E2FSPROGS_FAKE_TIME: "1700000000", MKE2FS_CONFIG: join(root, "images/guest/mke2fs.conf") },
    },
  );
  const sparse = ["--create", "--format=posix", "--sparse", "--sparse-version=1.0"];
  const map = parseSparseMap(
    await run("tar", [...sparse, "-C", workDir, "data.ext4"], { logFile: join(workDir, "tar.log") }),
  );
  const disk = await new NodeFileArea(workDir).open("data.ext4");
  if (!disk) throw new Error("mke2fs made no file");
  try {
    await writeFile(join(outputDir, file), writeDiskTemplate(disk, map));
  } finally {
    disk.close();
  }
}
