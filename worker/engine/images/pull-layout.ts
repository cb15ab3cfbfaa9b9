// `docker pull` from an OCI image layout on a web server: everything is fetched first, checked, and then becomes an image.

import { EngineError } from "../../base/errors.ts";
import { chunksOf } from "../../base/streams.ts";
import { checkPlatform } from "../../oci/archived-image.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import { type ImageConfig, parseImageConfig } from "../../oci/image-config.ts";
import {
  canonicalReference,
  familiarName,
  familiarReference,
  type ImageReference,
  repositoryOf,
} from "../../oci/image-reference.ts";
import { MACHINE_PLATFORM } from "../../oci/platform.ts";
import type { ByteFile } from "../../store/byte-file.ts";
import { Sha256 } from "../../store/sha256.ts";
import type { ImageProgress } from "../image-port.ts";
import { convertLayer } from "./convert-layer.ts";
import { filePieces } from "./file-pieces.ts";
import type { ImageContext } from "./image-context.ts";
import { emitImageEvent } from "./image-event.ts";
import { RemoteLayout } from "./remote-layout.ts";
import { unpackStream } from "./unpack-stream.ts";

type Report = (progress: ImageProgress) => void;

interface Downloaded {
  readonly file: ByteFile;
  readonly remove: () => Promise<void>;
}

/** How much passes between two reports. */
const REPORT_BYTES = 524_288;

/** Rejects with EngineError and then leaves nothing behind. */
export async function pullLayout(
  context: ImageContext,
  reference: ImageReference,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  const layout = new RemoteLayout(context, reference, signal);
  const entry = await layout.entry();
  const manifest = await layout.manifest(entry, MACHINE_PLATFORM);
  const configBytes = await layout.document(manifest.config);
  const config = parseImageConfig(configBytes);
  checkPlatform(config, familiarReference(reference));
  if (config.diffIds.length !== manifest.layers.length)
    throw new EngineError("corrupt", "the manifest's layers are not those of its configuration");
  report({
    status: `Pulling from ${repositoryOf(reference)}`,
    id: reference.digest ?? reference.tag ?? "latest",
  });
  const downloads = new Map<Digest, Downloaded>();
  try {
    await download(context, layout, config, manifest.layers, downloads, report, signal);
    await context.changes.run(async () => {
      try {
        for (const [index, diffId] of config.diffIds.entries())
          await addLayer(context, config, index, downloads.get(diffId), report, signal);
        const configText = new TextDecoder("utf-8", { ignoreBOM: true }).decode(configBytes);
        await addPulled(context, reference, manifest.config.digest, configText, entry.digest, report);
      } finally {
        await context.store.removeUnusedLayers();
      }
    });
  } finally {
    for (const { file, remove } of downloads.values()) {
      file.close();
      await remove();
    }
  }
}

async function download(
  context: ImageContext,
  layout: RemoteLayout,
  config: ImageConfig,
  layers: readonly Descriptor[],
  downloads: Map<Digest, Downloaded>,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  for (const [index, layer] of layers.entries()) {
    const diffId = config.diffIds[index];
    const id = shortId(layer.digest);
    if (diffId === undefined || downloads.has(diffId)) continue;
    if (context.store.layers.get(diffId) !== undefined) {
      report({ status: "Already exists", id });
      continue;
    }
    report({ status: "Pulling fs layer", id });
    if (layer.sizeBytes > context.limits.layerBytes)
      throw new EngineError(
        "invalid-argument",
        `layer ${layer.digest} is larger than ${context.limits.layerBytes} bytes`,
      );
    const temporary = await context.blobs.temporaryFile();
    downloads.set(diffId, temporary);
    await downloadBlob(await layout.blob(layer), layer, temporary.file, report, signal);
    report({ status: "Download complete", id });
  }
}

async function downloadBlob(
  { body }: { readonly body: ReadableStream<Uint8Array> },
  { digest, sizeBytes: total }: Descriptor,
  file: ByteFile,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  const hash = await Sha256.create();
  const id = shortId(digest);
  let current = 0;
  let reported = 0;
  for await (const bytes of chunksOf(body)) {
    signal.throwIfAborted();
    if (current + bytes.byteLength > total)
      throw new EngineError("corrupt", `blob ${digest} is longer than ${total} bytes`);
    file.writeAt(current, bytes);
    hash.update(bytes);
    current += bytes.byteLength;
    if (current - reported < REPORT_BYTES && current < total) continue;
    reported = current;
    report({ status: "Downloading", id, current, total });
  }
  report({ status: "Verifying Checksum", id });
  const actual = hash.finish();
  if (actual !== digest)
    throw new EngineError("corrupt", `filesystem layer verification failed for digest ${digest}`);
}

async function addLayer(
  context: ImageContext,
  config: ImageConfig,
  index: number,
  downloaded: Downloaded | undefined,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  const diffId = config.diffIds[index]!;
  if (context.store.layers.get(diffId) !== undefined) return;
  // Whoever had the layer a moment ago removed it meanwhile.
  if (downloaded === undefined) throw new EngineError("unavailable", `layer ${diffId} has just been removed`);
  const { file } = downloaded;
  const packed = pieceStream(file);
  report({ status: "Extracting", id: shortId(diffId), current: 0, total: file.sizeBytes });
  await convertLayer(context, {
    tar: await unpackStream(packed),
    diffId,
    index,
    below: config.diffIds.slice(0, index),
    signal,
    check: () => {},
  });
  report({ status: "Pull complete", id: shortId(diffId) });
}

function pieceStream(file: ByteFile): ReadableStream<Uint8Array> {
  const pieces = filePieces(file, 0, file.sizeBytes);
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const { done, value } = pieces.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
    },
    { highWaterMark: 0 },
  );
}

/** The record, the event and the last words that every pull ends with. */
export async function addPulled(
  context: ImageContext,
  reference: ImageReference,
  id: Digest,
  configText: string,
  manifestDigest: Digest,
  report: Report,
): Promise<void> {
  const { store } = context;
  const name = canonicalReference(
    reference.digest === undefined ? reference : { ...reference, tag: undefined },
  );
  const isNew = store.named(name)?.id !== id;
  const known = store.get(id);
  const tags = reference.digest === undefined ? [name] : [];
  const image = await store.put({
    id,
    configText,
    tags: [...new Set([...(known?.tags ?? []), ...tags])],
    digests: [...new Set([...(known?.digests ?? []), `${repositoryOf(reference)}@${manifestDigest}`])],
    lastTagMs: tags.length > 0 ? context.clock.nowMs() : known?.lastTagMs,
    isRemoved: false,
  });
  const familiar = familiarReference(reference);
  emitImageEvent(context, "pull", image, familiarName(reference), familiar);
  report({ status: `Digest: ${manifestDigest}` });
  report({
    status: isNew
      ? `Status: Downloaded newer image for ${familiar}`
      : `Status: Image is up to date for ${familiar}`,
  });
}

export function shortId(digest: Digest): string {
  return digest.slice("sha256:".length, "sha256:".length + 12);
}
