// An OCI image layout that lies on a web server as plain files: `localhost:8080/app:1` is the entry "1" of http://localhost:8080/app/index.json.
// Made for `docker save` unpacked into a folder, or any tool that writes layouts. OCI image spec, "Image Layout".

import { EngineError } from "../../base/errors.ts";
import { readAll } from "../../base/streams.ts";
import { blobPath } from "../../oci/archive-files.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { type ImageManifest, parseManifestOrIndex } from "../../oci/image-manifest.ts";
import {
  canonicalReference,
  familiarReference,
  type ImageReference,
  repositoryOf,
} from "../../oci/image-reference.ts";
import { MAX_DOCUMENT_BYTES } from "../../oci/json-document.ts";
import { documentKind } from "../../oci/media-types.ts";
import { type Platform, selectManifest } from "../../oci/platform.ts";
import { sha256Of } from "../../store/sha256.ts";
import { type FetchedBody, fetchBody } from "./fetch-body.ts";
import type { ImageContext } from "./image-context.ts";

/** An index may point to an index, and that to manifests; nobody nests deeper. */
const MAX_INDEX_DEPTH = 3;

export class RemoteLayout {
  readonly #context: Pick<ImageContext, "fetch">;
  readonly #reference: ImageReference;
  readonly #signal: AbortSignal;
  readonly base: string;

  constructor(context: Pick<ImageContext, "fetch">, reference: ImageReference, signal: AbortSignal) {
    this.#context = context;
    this.#reference = reference;
    this.#signal = signal;
    const { domain, path } = reference;
    const isLocal = /^(?:localhost|127(?:\.\d+){3}|\[::1\])(?::\d+)?$/.test(domain);
    this.base = `${isLocal ? "http" : "https"}://${domain}/${path}/`;
  }

  /** The entry of the index that the reference names. Rejects with EngineError("not-found" | "unavailable" | "corrupt"). */
  async entry(): Promise<Descriptor> {
    const familiar = familiarReference(this.#reference);
    let bytes: Uint8Array;
    try {
      bytes = await this.#document("index.json");
    } catch (cause) {
      if (!(cause instanceof EngineError) || cause.code !== "not-found") throw cause;
      throw new EngineError(
        "not-found",
        `${familiar} not found: there is no OCI image layout at ${this.base}, and registries are not supported yet`,
        { cause },
      );
    }
    const index = parseManifestOrIndex(bytes, "index.json");
    const entries = index.kind === "index" ? index.manifests.filter(isDocument) : [];
    const found = entries.find((entry) => this.#isNamed(entry)) ?? onlyUnnamed(entries, this.#reference);
    if (found === undefined)
      throw new EngineError(
        "not-found",
        `manifest for ${familiar} not found: manifest unknown: manifest unknown`,
      );
    return found;
  }

  /** The manifest for a machine, through indexes. */
  async manifest(entry: Descriptor, platform: Platform, depth = 1): Promise<ImageManifest> {
    const document = parseManifestOrIndex(await this.document(entry), entry.digest);
    if (document.kind === "manifest") return document;
    if (depth >= MAX_INDEX_DEPTH) throw new EngineError("corrupt", "indexes are nested too deep");
    return this.manifest(selectManifest(document.manifests, platform), platform, depth + 1);
  }

  /** A blob that is read whole, checked. */
  async document({ digest, sizeBytes }: Descriptor): Promise<Uint8Array> {
    const bytes = await this.#document(blobPath(digest));
    const actual = await sha256Of(bytes);
    if (actual !== digest || bytes.byteLength !== sizeBytes)
      throw new EngineError("corrupt", `unexpected digest of ${this.base}${blobPath(digest)}: ${actual}`);
    return bytes;
  }

  blob({ digest }: Descriptor): Promise<FetchedBody> {
    return fetchBody(this.#context, new URL(blobPath(digest), this.base), this.#signal);
  }

  async #document(path: string): Promise<Uint8Array> {
    const { body } = await fetchBody(this.#context, new URL(path, this.base), this.#signal);
    try {
      return await readAll(body, MAX_DOCUMENT_BYTES);
    } catch (cause) {
      this.#signal.throwIfAborted();
      if (cause instanceof RangeError)
        throw new EngineError("corrupt", `${this.base}${path} is too large`, { cause });
      throw new EngineError("unavailable", `${this.base}${path} broke off`, { cause });
    }
  }

  #isNamed({ digest, annotations }: Descriptor): boolean {
    const reference = this.#reference;
    if (reference.digest !== undefined) return digest === reference.digest;
    const full = annotations["io.containerd.image.name"];
    const name = annotations["org.opencontainers.image.ref.name"];
    return (
      full === canonicalReference(reference) ||
      name === reference.tag ||
      name === `${repositoryOf(reference)}:${reference.tag}`
    );
  }
}

function isDocument({ mediaType }: Descriptor): boolean {
  return documentKind(mediaType) !== undefined;
}

/** A layout of one image without a name is `latest`. */
function onlyUnnamed(entries: readonly Descriptor[], reference: ImageReference): Descriptor | undefined {
  const [first, ...others] = entries;
  const isUnnamed = first?.annotations["org.opencontainers.image.ref.name"] === undefined;
  return others.length === 0 && isUnnamed && reference.tag === "latest" ? first : undefined;
}
