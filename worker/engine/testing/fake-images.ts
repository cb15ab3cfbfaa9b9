// Images for tests: their configurations, no layers.

import { EngineError } from "../../base/errors.ts";
import { streamOf } from "../../base/streams.ts";
import {
  type CommitImageRequest,
  type DistributedImage,
  EMPTY_RUN_CONFIG,
  type ImageDetail,
  type ImageHistoryItem,
  type ImagePort,
  type ImageProgress,
  type ImageRemoval,
  type ImageRunConfig,
  type ImageSearchResult,
  type ImageSummary,
  type ImportImageRequest,
  type PrunedImages,
  type RunnableImage,
} from "../image-port.ts";

export class FakeImages implements ImagePort {
  readonly #byTag = new Map<string, { id: string; config: ImageRunConfig }>();
  /** What `pull` can get, by name with tag. */
  readonly pullable = new Map<string, Partial<ImageRunConfig>>();

  constructor() {
    this.add("busybox:latest", { cmd: ["sh"], env: ["PATH=/bin"] });
  }

  add(tag: string, config: Partial<ImageRunConfig>): string {
    const digits = Array.from(tag, (letter) => letter.charCodeAt(0).toString(16)).join("");
    const id = `sha256:${digits.padEnd(64, "0").slice(0, 64)}`;
    this.#byTag.set(tag, { id, config: { ...EMPTY_RUN_CONFIG, ...config } });
    return id;
  }

  async resolve(reference: string): Promise<RunnableImage> {
    const { id, config } = this.#find(reference);
    return { id, config, layers: [] };
  }

  async list(): Promise<readonly ImageSummary[]> {
    return [...this.#byTag].map(([tag, image]) => summary(tag, image.id, image.config));
  }

  async inspect(reference: string): Promise<ImageDetail> {
    const { id, config, tag } = this.#find(reference);
    return {
      ...summary(tag, id, config),
      config,
      architecture: "386",
      os: "linux",
      author: "",
      comment: "",
      diffIds: [],
      lastTaggedAtMs: 0,
    };
  }

  async history(reference: string): Promise<readonly ImageHistoryItem[]> {
    this.#find(reference);
    return [{ createdAtMs: 1000, createdBy: "test", comment: "", sizeBytes: 1 }];
  }

  async tag(reference: string, repository: string, tag: string): Promise<void> {
    const { id, config } = this.#find(reference);
    this.#byTag.set(`${repository}:${tag || "latest"}`, { id, config });
  }

  async remove(reference: string): Promise<readonly ImageRemoval[]> {
    const { tag, id } = this.#find(reference);
    this.#byTag.delete(tag);
    return [{ untagged: tag }, { deleted: id }];
  }

  async prune(): Promise<PrunedImages> {
    return { removals: [], reclaimedBytes: 0 };
  }

  async *load(archive: ReadableStream<Uint8Array>): AsyncGenerator<ImageProgress> {
    await archive.cancel();
    yield { stream: "Loaded image: loaded:latest\n" };
  }

  search(term: string): readonly ImageSearchResult[] {
    return [...this.pullable.keys()]
      .filter((tag) => tag.includes(term))
      .map((tag) => ({ name: tag.replace(/:.*/, ""), description: "" }));
  }

  async distribution(reference: string): Promise<DistributedImage> {
    const { id } = this.#find(reference);
    return {
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      digest: id,
      sizeBytes: 1,
      platforms: [],
    };
  }

  async save(references: readonly string[]): Promise<ReadableStream<Uint8Array>> {
    const ids = references.map((reference) => this.#find(reference).id);
    return streamOf(new TextEncoder().encode(`saved ${ids.join(" ")}`));
  }

  async *import({ source, repository, tag }: ImportImageRequest): AsyncGenerator<ImageProgress> {
    if (typeof source !== "string") await source.cancel();
    yield { status: this.add(`${repository}:${tag || "latest"}`, {}) };
  }

  async commit({ layer, repository, tag, config }: CommitImageRequest): Promise<string> {
    await layer.cancel();
    return this.add(`${repository}:${tag || "latest"}`, config);
  }

  async *pull(reference: string): AsyncGenerator<ImageProgress> {
    const tag = normalize(reference);
    const config = this.pullable.get(tag);
    if (!config)
      throw new EngineError(
        "not-found",
        `manifest for ${reference} not found: manifest unknown: manifest unknown`,
      );
    yield { status: `Pulling from library/${tag.split(":")[0]}`, id: tag.split(":")[1] ?? "latest" };
    this.add(tag, config);
    yield { status: `Status: Downloaded newer image for ${tag}` };
  }

  #find(reference: string): { id: string; config: ImageRunConfig; tag: string } {
    for (const [tag, { id, config }] of this.#byTag)
      if (tag === normalize(reference) || id === reference || id.slice(7).startsWith(reference))
        return { tag, id, config };
    throw new EngineError("not-found", `No such image: ${normalize(reference)}`);
  }
}

function normalize(reference: string): string {
  const name = reference.replace(/^docker\.io\//, "").replace(/^library\//, "");
  return name.includes(":") ? name : `${name}:latest`;
}

function summary(tag: string, id: string, config: ImageRunConfig): ImageSummary {
  return { id, repoTags: [tag], repoDigests: [], createdAtMs: 1000, sizeBytes: 1000, labels: config.labels };
}
