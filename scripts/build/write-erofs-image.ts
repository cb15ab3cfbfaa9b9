// Writes an EROFS image file from a tar stream of a program's output, with the worker's own writer.
import { spawn } from "node:child_process";
import { basename, dirname } from "node:path";
import { Readable } from "node:stream";
import { writeErofs } from "../../worker/erofs/write-erofs.ts";
import { NodeFileArea } from "../../worker/store/file-area-node.ts";

/** Writes `image` from a tar stream; resolves to its size in bytes. */
export async function writeErofsFile(tar: ReadableStream<Uint8Array>, image: string): Promise<number> {
  const file = await new NodeFileArea(dirname(image)).open(basename(image), { create: true });
  if (!file) throw new Error(`Cannot create ${image}`);
  try {
    await writeErofs(tar, file);
    return file.sizeBytes;
  } finally {
    file.close();
  }
}

/** Writes `image` from a folder: everything root's, times 0, entries by name, so that equal trees give equal images. */
export async function writeErofsFromFolder(tree: string, image: string): Promise<number> {
  const args = [
    "--create",
    "--format=posix",
    "--pax-option=delete=atime,delete=ctime",
    "--sort=name",
    "--mtime=@0",
  ];
  const child = spawn("tar", [...args, "--owner=0", "--group=0", "--numeric-owner", "-C", tree, "."], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (bytes: Buffer) => {
    said += bytes.toString("utf8");
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) =>
      code === 0 ? resolve() : reject(new Error(`tar failed with exit code ${code}: ${said}`)),
    );
  });
  const written = writeErofsFile(Readable.toWeb(child.stdout) as ReadableStream<Uint8Array>, image);
  const [size] = await Promise.all([written, ended]);
  return size;
}
