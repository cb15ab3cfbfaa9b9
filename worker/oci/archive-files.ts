// The files of an image archive, by path: what the readers of its two formats need of whoever unpacked it.

import { EngineError } from "../base/errors.ts";
import { sha256Of } from "../store/sha256.ts";
import type { Descriptor } from "./descriptor.ts";
import { type Digest, hexOf } from "./digest.ts";
import { malformed } from "./json-document.ts";

export interface ArchiveFiles {
  /** Undefined when there is no such file. */
  sizeOf(path: string): number | undefined;
  /** The whole file. Rejects with EngineError("corrupt") when it is missing or over the limit. */
  read(path: string, limitBytes: number): Promise<Uint8Array>;
}

/** Where a layer of an image is. */
export interface ArchivedLayer {
  readonly path: string;
  /** Of the file as it is, where the archive names one; who reads the layer checks it. */
  readonly digest: Digest | undefined;
}

/** Where an OCI layout keeps a blob. */
export function blobPath(digest: Digest): string {
  return `blobs/sha256/${hexOf(digest)}`;
}

/** A blob that a descriptor points to. Rejects with EngineError("corrupt") unless size and digest are right. */
export async function readBlob(
  files: ArchiveFiles,
  { digest, sizeBytes }: Descriptor,
  limitBytes: number,
): Promise<Uint8Array> {
  checkBlobSize(files, digest, sizeBytes);
  const bytes = await files.read(blobPath(digest), limitBytes);
  await checkDigest(bytes, digest);
  return bytes;
}

/** That a blob is there, in the size given. Throws EngineError("corrupt"). */
export function checkBlobSize(files: ArchiveFiles, digest: Digest, sizeBytes: number): void {
  const actual = files.sizeOf(blobPath(digest));
  if (actual === undefined) throw new EngineError("corrupt", `invalid archive: blob ${digest} is missing`);
  if (actual !== sizeBytes)
    throw malformed("archive", `blob ${digest} has ${actual} bytes instead of ${sizeBytes}`);
}

export async function checkDigest(bytes: Uint8Array, expected: Digest): Promise<void> {
  const actual = await sha256Of(bytes);
  if (actual !== expected) throw malformed("archive", `blob ${expected} has the digest ${actual}`);
}
