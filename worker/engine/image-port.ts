// What containers and the API need of images; worker/engine/images implements it.

import type { Platform } from "../oci/platform.ts";
import type { LayerMount } from "./container-runtime.ts";
import type { Filters } from "./filters.ts";

export interface ImageHealthcheck {
  readonly test: readonly string[];
  /** Nanoseconds. */
  readonly interval?: number;
  readonly timeout?: number;
  readonly startPeriod?: number;
  readonly startInterval?: number;
  readonly retries?: number;
}

/** The `config` object of an OCI image, with its defaults filled in. */
export interface ImageRunConfig {
  readonly user: string;
  /** `80/tcp` */
  readonly exposedPorts: readonly string[];
  readonly env: readonly string[];
  readonly entrypoint: readonly string[] | null;
  readonly cmd: readonly string[] | null;
  readonly volumes: readonly string[];
  readonly workingDir: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly stopSignal: string | undefined;
  readonly healthcheck: ImageHealthcheck | undefined;
  readonly shell: readonly string[] | undefined;
  readonly onBuild: readonly string[];
}

/** What an image says that says nothing. */
export const EMPTY_RUN_CONFIG: ImageRunConfig = {
  user: "",
  exposedPorts: [],
  env: [],
  entrypoint: null,
  cmd: null,
  volumes: [],
  workingDir: "",
  labels: {},
  stopSignal: undefined,
  healthcheck: undefined,
  shell: undefined,
  onBuild: [],
};

export interface RunnableImage {
  /** `sha256:` and 64 hex digits. */
  readonly id: string;
  readonly config: ImageRunConfig;
  /** Bottom first. */
  readonly layers: readonly LayerMount[];
}

export interface ImageSummary {
  readonly id: string;
  /** `busybox:latest` */
  readonly repoTags: readonly string[];
  readonly repoDigests: readonly string[];
  readonly createdAtMs: number;
  readonly sizeBytes: number;
  readonly labels: Readonly<Record<string, string>>;
}

export interface ImageDetail extends ImageSummary {
  readonly config: ImageRunConfig;
  readonly architecture: string;
  readonly os: string;
  readonly author: string;
  readonly comment: string;
  /** Bottom first. */
  readonly diffIds: readonly string[];
  readonly lastTaggedAtMs: number;
}

export interface ImageHistoryItem {
  readonly createdAtMs: number;
  readonly createdBy: string;
  readonly comment: string;
  readonly sizeBytes: number;
}

/** One object of the streams of pull and load, in Docker's words; `error` is the last. */
export interface ImageProgress {
  readonly status?: string;
  readonly id?: string;
  readonly current?: number;
  readonly total?: number;
  readonly stream?: string;
  readonly error?: string;
}

export type ImageRemoval = { readonly untagged: string } | { readonly deleted: string };

export interface RemoveImageOptions {
  readonly force: boolean;
  /** Containers made of an image: running ones forbid its removal, others without force. */
  readonly usersOf: (imageId: string) => readonly { readonly id: string; readonly running: boolean }[];
}

export interface CommitImageRequest {
  /** The image's id that the layer goes on top of. */
  readonly parent: string;
  /** A layer's tar as the OCI image spec has it, with whiteouts. */
  readonly layer: ReadableStream<Uint8Array>;
  readonly config: ImageRunConfig;
  /** Instructions of a Dockerfile. */
  readonly changes: readonly string[];
  readonly createdBy: string;
  readonly author: string;
  readonly comment: string;
  /** Both may be empty. */
  readonly repository: string;
  readonly tag: string;
}

export interface ImageSearchResult {
  readonly name: string;
  readonly description: string;
}

/** What is at a name where images come from. */
export interface DistributedImage {
  readonly mediaType: string;
  readonly digest: string;
  /** Of the manifest or index. */
  readonly sizeBytes: number;
  readonly platforms: readonly {
    readonly os: string;
    readonly architecture: string;
    readonly variant: string;
  }[];
}

export interface ImportImageRequest {
  /** A file system's tar, compressed or not, or where to get one. */
  readonly source: ReadableStream<Uint8Array> | string;
  readonly message: string;
  readonly changes: readonly string[];
  /** All three may be empty. */
  readonly platform: string;
  readonly repository: string;
  readonly tag: string;
}

/** References are ids, prefixes of ids, or names. Unknown ones reject with EngineError("not-found", "No such image: x:latest"). */
export interface PrunedImages {
  readonly removals: readonly ImageRemoval[];
  /** Of the layers that no image has any more, as their sizes are counted everywhere. */
  readonly reclaimedBytes: number;
}

export interface ImagePort {
  resolve(reference: string): Promise<RunnableImage>;
  list(options: { readonly all: boolean; readonly filters: Filters }): Promise<readonly ImageSummary[]>;
  inspect(reference: string): Promise<ImageDetail>;
  /** Newest first. */
  history(reference: string): Promise<readonly ImageHistoryItem[]>;
  tag(reference: string, repository: string, tag: string): Promise<void>;
  remove(reference: string, options: RemoveImageOptions): Promise<readonly ImageRemoval[]>;
  prune(options: {
    readonly filters: Filters;
    readonly usersOf: RemoveImageOptions["usersOf"];
  }): Promise<PrunedImages>;
  /** A tar as `docker save` or an OCI layout has it, compressed or not. `platform`: the only one that is wanted. */
  load(archive: ReadableStream<Uint8Array>, platform?: Platform): AsyncIterable<ImageProgress>;
  /** The archive of `docker save`. */
  save(references: readonly string[]): Promise<ReadableStream<Uint8Array>>;
  import(request: ImportImageRequest): AsyncIterable<ImageProgress>;
  /** The new image's id. */
  commit(request: CommitImageRequest): Promise<string>;
  search(
    term: string,
    options: { readonly limit: number; readonly filters: Filters },
  ): readonly ImageSearchResult[];
  distribution(reference: string, signal: AbortSignal): Promise<DistributedImage>;
  /** `reference` with its tag; `platform` empty: the machine's. */
  pull(reference: string, platform: string): AsyncIterable<ImageProgress>;
}
