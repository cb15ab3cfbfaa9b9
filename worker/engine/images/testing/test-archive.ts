// Image archives for tests, in each of the forms in use, right or deliberately wrong.

import { createHash } from "node:crypto";
import { concatBytes, readAll, streamOf } from "../../../base/streams.ts";
import { type TarEntry, tarEntry } from "../../../tar/tar-entry.ts";
import { encodeTarHeader, tarPadding, tarTrailer } from "../../../tar/tar-writer.ts";

export type Files = Readonly<Record<string, Uint8Array | string>>;

export interface TestImage {
  readonly configBytes: Uint8Array;
  readonly id: string;
  readonly layers: readonly Uint8Array[];
  readonly diffIds: readonly string[];
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

export function hex(digest: string): string {
  return digest.slice("sha256:".length);
}

export function bytesOf(content: Uint8Array | string | object): Uint8Array {
  if (content instanceof Uint8Array) return content;
  return new TextEncoder().encode(typeof content === "string" ? content : JSON.stringify(content));
}

export function tarOf(files: Files, extra: readonly TarEntry[] = []): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const [path, content] of Object.entries(files)) {
    const bytes = bytesOf(content);
    parts.push(encodeTarHeader(tarEntry({ path, type: "file", sizeBytes: bytes.byteLength })));
    parts.push(bytes, tarPadding(bytes.byteLength));
  }
  for (const entry of extra) parts.push(encodeTarHeader(entry));
  return concatBytes([...parts, tarTrailer]);
}

export function testImage(layers: readonly Uint8Array[], more: object = {}): TestImage {
  const diffIds = layers.map(digestOf);
  const configBytes = bytesOf({
    architecture: "386",
    os: "linux",
    created: "2026-03-04T05:06:07Z",
    config: { Cmd: ["sh"], Env: ["PATH=/bin"], Labels: { team: "blue" } },
    history: layers.map((_layer, index) => ({ created_by: `step ${index}` })),
    rootfs: { type: "layers", diff_ids: diffIds },
    ...more,
  });
  return { configBytes, id: digestOf(configBytes), layers, diffIds };
}

/** As Docker before 25 wrote it. */
export function oldDockerArchive(image: TestImage, tags: readonly string[]): Files {
  const layers = image.layers.map((_layer, index) => `${String(index).repeat(64)}/layer.tar`);
  return {
    [`${hex(image.id)}.json`]: image.configBytes,
    ...Object.fromEntries(image.layers.map((layer, index) => [layers[index] ?? "", layer])),
    "manifest.json": bytesOf([{ Config: `${hex(image.id)}.json`, RepoTags: tags, Layers: layers }]),
  };
}

/** An OCI layout; each layer packed by `pack`. */
export function layoutFiles(
  image: TestImage,
  annotations: Readonly<Record<string, string>>,
  pack: (layer: Uint8Array) => { bytes: Uint8Array; mediaType: string } = (bytes) => ({
    bytes,
    mediaType: "application/vnd.oci.image.layer.v1.tar",
  }),
): Files {
  const packed = image.layers.map(pack);
  const descriptor = (bytes: Uint8Array, mediaType: string) => ({
    mediaType,
    digest: digestOf(bytes),
    size: bytes.byteLength,
  });
  const manifest = bytesOf({
    schemaVersion: 2,
    config: descriptor(image.configBytes, "application/vnd.oci.image.config.v1+json"),
    layers: packed.map(({ bytes, mediaType }) => descriptor(bytes, mediaType)),
  });
  const blobs = [image.configBytes, manifest, ...packed.map(({ bytes }) => bytes)];
  return {
    "oci-layout": bytesOf({ imageLayoutVersion: "1.0.0" }),
    "index.json": bytesOf({
      schemaVersion: 2,
      manifests: [{ ...descriptor(manifest, "application/vnd.oci.image.manifest.v1+json"), annotations }],
    }),
    ...Object.fromEntries(blobs.map((bytes) => [`blobs/sha256/${hex(digestOf(bytes))}`, bytes])),
  };
}

/** As Docker since 25 writes it. */
export function dockerArchive(image: TestImage, tags: readonly string[]): Files {
  const blob = (digest: string) => `blobs/sha256/${hex(digest)}`;
  return {
    ...layoutFiles(image, { "io.containerd.image.name": `docker.io/library/${tags[0]}` }),
    "manifest.json": bytesOf([{ Config: blob(image.id), RepoTags: tags, Layers: image.diffIds.map(blob) }]),
  };
}

/** In pieces that end anywhere. */
export function streamed(bytes: Uint8Array, pieceBytes = 1000): ReadableStream<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.byteLength; at += pieceBytes) pieces.push(bytes.slice(at, at + pieceBytes));
  return streamOf(...pieces);
}

export async function textOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  return new TextDecoder().decode(await readAll(stream));
}
