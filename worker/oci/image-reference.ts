// Names of images as people write them, in Docker's normal form: `busybox` is docker.io/library/busybox:latest. The grammar and
// the errors' wordings are those of the distribution project's reference package, which Docker uses.

import { EngineError } from "../base/errors.ts";
import { type Digest, parseDigest } from "./digest.ts";

export interface ImageReference {
  /** `docker.io`, `localhost:5000` */
  readonly domain: string;
  /** Below the domain: `library/busybox`. */
  readonly path: string;
  readonly tag: string | undefined;
  readonly digest: Digest | undefined;
}

const DOMAIN_NAME =
  /^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*$/;
const COMPONENT = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const MAX_NAME_LENGTH = 255;

/** Adds domain and `library/`, but no tag. Throws EngineError("invalid-argument") in Docker's words. */
export function parseImageReference(text: string): ImageReference {
  if (/^[0-9a-f]{64}$/.test(text))
    throw invalid(`invalid repository name (${text}), cannot specify 64-byte hexadecimal strings`);
  const at = text.indexOf("@");
  const named = at < 0 ? text : text.slice(0, at);
  const colon = named.lastIndexOf(":");
  const hasTag = colon > named.lastIndexOf("/");
  const name = hasTag ? named.slice(0, colon) : named;
  const tag = hasTag ? named.slice(colon + 1) : undefined;
  const { domain, path } = splitDomain(name);
  if (path !== path.toLowerCase())
    throw invalid(`invalid reference format: repository name (${path}) must be lowercase`);
  if (!isDomain(domain) || !path.split("/").every((component) => COMPONENT.test(component)))
    throw invalid("invalid reference format");
  if (tag !== undefined && !TAG.test(tag)) throw invalid("invalid reference format");
  if (`${domain}/${path}`.length > MAX_NAME_LENGTH)
    throw invalid(`repository name must not be more than ${MAX_NAME_LENGTH} characters`);
  return { domain, path, tag, digest: at < 0 ? undefined : digestOf(text.slice(at + 1)) };
}

/** With `:latest` where there is neither tag nor digest. */
export function withDefaultTag(reference: ImageReference): ImageReference {
  const bare = reference.tag === undefined && reference.digest === undefined;
  return bare ? { ...reference, tag: "latest" } : reference;
}

/** `docker.io/library/busybox` */
export function repositoryOf(reference: ImageReference): string {
  return `${reference.domain}/${reference.path}`;
}

/** What people see: `busybox`, `someone/app`, `localhost:5000/app`. */
export function familiarName(reference: ImageReference): string {
  if (reference.domain !== "docker.io") return repositoryOf(reference);
  const inLibrary = /^library\/([^/]+)$/.exec(reference.path);
  return inLibrary?.[1] ?? reference.path;
}

/** `busybox:latest`, `busybox@sha256:…` */
export function familiarReference(reference: ImageReference): string {
  return familiarName(reference) + suffixOf(reference);
}

/** `docker.io/library/busybox:latest`: what parseImageReference() gives back unchanged. */
export function canonicalReference(reference: ImageReference): string {
  return repositoryOf(reference) + suffixOf(reference);
}

function suffixOf({ tag, digest }: ImageReference): string {
  return (tag === undefined ? "" : `:${tag}`) + (digest === undefined ? "" : `@${digest}`);
}

function splitDomain(name: string): { domain: string; path: string } {
  const slash = name.indexOf("/");
  const first = name.slice(0, Math.max(0, slash));
  const hasDomain =
    slash >= 0 && (/[.:]/.test(first) || first === "localhost" || first !== first.toLowerCase());
  const domain = hasDomain ? first : "docker.io";
  const path = hasDomain ? name.slice(slash + 1) : name;
  if (domain !== "docker.io" && domain !== "index.docker.io") return { domain, path };
  return { domain: "docker.io", path: path.includes("/") ? path : `library/${path}` };
}

function isDomain(domain: string): boolean {
  const match = /^(.*?)(?::[0-9]+)?$/.exec(domain);
  const host = match?.[1] ?? "";
  return DOMAIN_NAME.test(host) || /^\[[0-9a-fA-F:]+\]$/.test(host);
}

function digestOf(text: string): Digest {
  if (!/^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/.test(text))
    throw invalid("invalid reference format");
  return parseDigest(text);
}

function invalid(message: string): EngineError {
  return new EngineError("invalid-argument", message);
}
