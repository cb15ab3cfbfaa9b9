// Files in and out of a container, over the archive routes of `docker cp`.

import {
  encodeTarHeader,
  type TarMember,
  tarEntry,
  tarMembers,
  tarPadding,
  tarTrailer,
} from "../../worker/rpc/tar.ts";
import { message } from "../app/messages.ts";
import type { DockerClient } from "../docker/docker-client.ts";
import type { TaskControl } from "./task-list.ts";

/** More than that is downloaded, not edited. */
export const EDIT_LIMIT_BYTES = 256 * 1024;
/** A page holds a download whole. */
const DOWNLOAD_LIMIT_BYTES = 1024 * 1024 * 1024;

/** A file's bytes; rejects beyond `limitBytes`. */
export async function readContainerFile(
  docker: DockerClient,
  container: string,
  path: string,
  limitBytes: number,
  control?: TaskControl,
): Promise<Blob> {
  const tar = await docker.containers.readArchive(container, path, control?.signal);
  for await (const { entry, content } of tarMembers(tar)) {
    if (entry.type !== "file") break;
    if (entry.sizeBytes > limitBytes) throw new Error(message("files.tooLarge", { path }));
    return await collect(content, entry, control);
  }
  throw new Error(message("files.notAFile", { path }));
}

/** A whole directory as the tar that the engine makes. */
export async function readContainerTree(
  docker: DockerClient,
  container: string,
  path: string,
  control: TaskControl,
): Promise<Blob> {
  const tar = await docker.containers.readArchive(container, path, control.signal);
  return await collect(tar, undefined, control);
}

async function collect(
  stream: ReadableStream<Uint8Array>,
  entry: TarMember["entry"] | undefined,
  control: TaskControl | undefined,
): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let doneBytes = 0;
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return new Blob(parts);
    parts.push(new Uint8Array(value));
    doneBytes += value.byteLength;
    if (doneBytes > DOWNLOAD_LIMIT_BYTES) {
      await reader.cancel();
      throw new Error(message("files.tooLarge", { path: entry?.path ?? "" }));
    }
    control?.report({ doneBytes, totalBytes: entry?.sizeBytes });
  }
}

/** Puts files into a directory, each streamed; what is there with the same name is replaced. */
export function writeContainerFiles(
  docker: DockerClient,
  container: string,
  directory: string,
  files: readonly { readonly name: string; readonly content: Blob; readonly mode?: number }[],
  control?: TaskControl,
): Promise<void> {
  const tar = streamFrom(tarOf(files, control));
  return docker.containers.writeArchive(container, directory, tar, control?.signal);
}

export function makeContainerDirectory(
  docker: DockerClient,
  container: string,
  directory: string,
  name: string,
): Promise<void> {
  const header = encodeTarHeader(tarEntry({ path: name, type: "directory", mode: 0o755, mtimeSec: now() }));
  return docker.containers.writeArchive(container, directory, join([header, tarTrailer]));
}

async function* tarOf(
  files: readonly { readonly name: string; readonly content: Blob; readonly mode?: number }[],
  control: TaskControl | undefined,
): AsyncGenerator<Uint8Array> {
  const totalBytes = files.reduce((sum, { content }) => sum + content.size, 0);
  let doneBytes = 0;
  for (const { name, content, mode } of files) {
    yield encodeTarHeader(
      tarEntry({ path: name, type: "file", sizeBytes: content.size, mode: mode ?? 0o644, mtimeSec: now() }),
    );
    const reader = content.stream().getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      doneBytes += value.byteLength;
      control?.report({ detail: name, doneBytes, totalBytes });
      yield value;
    }
    yield tarPadding(content.size);
  }
  yield tarTrailer;
}

function streamFrom(chunks: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await chunks.return(undefined);
    },
  });
}

function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}
