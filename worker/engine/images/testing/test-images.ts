// The image verbs over memory, and what they left there.

import type { AssetReader } from "../../../store/asset-reader.ts";
import { BlobStore } from "../../../store/blob-store.ts";
import { MemoryArea } from "../../../store/memory-area.ts";
import { RecordStore } from "../../../store/record-store.ts";
import type { ImageProgress, RemoveImageOptions } from "../../image-port.ts";
import { createImageContext, type FetchFile, type ImageContext, type ImageLimits } from "../image-context.ts";
import { imagePort } from "../images.ts";
import { loadImages } from "../load.ts";
import type { ShippedLibrary } from "../shipped-library.ts";
import { type Files, streamed, tarOf } from "./test-archive.ts";

export const NOW = Date.parse("2026-05-06T07:08:09Z");

export interface TestImages {
  readonly area: MemoryArea;
  readonly records: RecordStore;
  readonly context: ImageContext;
  readonly port: ReturnType<typeof imagePort>;
  /** `action name` of each event. */
  readonly events: string[];
}

export async function testImages(
  options: {
    area?: MemoryArea;
    limits?: Partial<ImageLimits>;
    library?: ShippedLibrary;
    assets?: AssetReader;
    fetch?: FetchFile;
  } = {},
): Promise<TestImages> {
  const area = options.area ?? new MemoryArea();
  const records = await RecordStore.open(area.folder("records"));
  const events: string[] = [];
  const context = await createImageContext({
    records,
    blobs: await BlobStore.open(area.folder("blobs")),
    clock: { nowMs: () => NOW, after: () => () => {} },
    events: { emit: (_type, action, _actor, attributes) => events.push(`${action} ${attributes?.name}`) },
    ...(options.limits ? { limits: options.limits } : {}),
    ...(options.library ? { library: options.library } : {}),
    ...(options.assets ? { assets: options.assets } : {}),
    ...(options.fetch ? { fetch: options.fetch } : {}),
  });
  return { area, records, context, port: imagePort(context), events };
}

export async function load(images: TestImages, archive: Files | Uint8Array): Promise<ImageProgress[]> {
  const bytes = archive instanceof Uint8Array ? archive : tarOf(archive);
  return collect(loadImages(images.context, streamed(bytes)));
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** Files and records that are there: to compare before and after what must change nothing. */
export async function everything({ area, records }: TestImages): Promise<unknown> {
  const keys = await records.list("");
  return {
    files: await area.folder("blobs").list(),
    records: await Promise.all(keys.map(async (key) => [key, await records.get(key)])),
  };
}

export const nobody: RemoveImageOptions["usersOf"] = () => [];
