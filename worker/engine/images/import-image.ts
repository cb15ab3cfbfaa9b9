// `docker import`: a file system's tar, sent or fetched, as an image of one layer.

import { EngineError, messageOf } from "../../base/errors.ts";
import { tap } from "../../base/streams.ts";
import { MACHINE_PLATFORM, parsePlatformText, platformText, runsOn } from "../../oci/platform.ts";
import { EMPTY_RUN_CONFIG, type ImageProgress, type ImportImageRequest } from "../image-port.ts";
import { buildConfig } from "./build-config.ts";
import { changeConfig } from "./change-config.ts";
import { addImage, newReference } from "./commit-image.ts";
import { convertLayer } from "./convert-layer.ts";
import { fetchBody } from "./fetch-body.ts";
import type { ImageContext } from "./image-context.ts";
import { emitImageEvent } from "./image-event.ts";
import { progressOf } from "./progress-of.ts";
import { unpackStream } from "./unpack-stream.ts";

/** How much passes between two reports. */
const REPORT_BYTES = 1_048_576;

/** The last report is the new image's id. Fails with EngineError and then leaves nothing behind. */
export function importImage(
  context: ImageContext,
  request: ImportImageRequest,
): AsyncGenerator<ImageProgress, void, undefined> {
  return progressOf(async (report, signal) => {
    const reference = newReference(request.repository, request.tag);
    if (request.platform !== "") checkPlatform(request.platform);
    const run = changeConfig(EMPTY_RUN_CONFIG, request.changes);
    const archive =
      typeof request.source === "string"
        ? await download(context, request.source, report, signal)
        : request.source;
    await context.changes.run(async () => {
      try {
        const tar = await unpackStream(archive);
        const layer = { tar, diffId: undefined, index: 0, below: [], signal, check: () => {} };
        const { diffId } = await convertLayer(context, layer);
        const createdMs = context.clock.nowMs();
        const step = { createdMs, createdBy: "", author: "", comment: request.message, diffId };
        const image = await addImage(context, buildConfig(run, step), reference);
        emitImageEvent(context, "import", image, image.id);
        report({ status: image.id });
      } finally {
        await context.store.removeUnusedLayers();
      }
    });
  });
}

async function download(
  context: ImageContext,
  source: string,
  report: (progress: ImageProgress) => void,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  const url = parseUrl(source);
  const { body, sizeBytes } = await fetchBody(context, url, signal);
  report({ status: `Downloading from ${url}` });
  let current = 0;
  let reported = 0;
  return body.pipeThrough(
    tap<Uint8Array>((bytes) => {
      current += bytes.byteLength;
      if (current - reported < REPORT_BYTES && current !== sizeBytes) return;
      reported = current;
      report({ status: "Importing", current, ...(sizeBytes === undefined ? {} : { total: sizeBytes }) });
    }),
  );
}

function parseUrl(source: string): URL {
  try {
    return new URL(source.includes("://") ? source : `http://${source}`);
  } catch (error) {
    throw new EngineError("invalid-argument", `parse ${JSON.stringify(source)}: ${messageOf(error)}`);
  }
}

function checkPlatform(text: string): void {
  const platform = parsePlatformText(text);
  if (!runsOn(platform, MACHINE_PLATFORM))
    throw new EngineError(
      "invalid-argument",
      `the platform (${platformText(platform)}) is not this machine's (${platformText(MACHINE_PLATFORM)})`,
    );
}
