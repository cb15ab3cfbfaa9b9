// Image names as people write them (`busybox`, `reg:5000/a/b:tag@sha256:…`), their full form for the API and the short one for display.

import { CliError } from "./cli-error.ts";

export interface ImageReference {
  /** `docker.io/library/busybox` */
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

const PATH = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/;
const DOMAIN =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[0-9a-fA-F:]+\])(?::\d+)?$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;

/** Throws a CliError in Docker's words. Neither tag nor digest is added. */
export function parseImageReference(text: string): ImageReference {
  const at = text.indexOf("@");
  const named = at < 0 ? text : text.slice(0, at);
  const digest = at < 0 ? undefined : text.slice(at + 1);
  const colon = named.lastIndexOf(":");
  const hasTag = colon > named.lastIndexOf("/");
  const name = hasTag ? named.slice(0, colon) : named;
  const tag = hasTag ? named.slice(colon + 1) : undefined;
  const [domain, path] = splitDomain(name);
  const wrong = (tag !== undefined && !TAG.test(tag)) || (digest !== undefined && !DIGEST.test(digest));
  if (!wrong && /[A-Z]/.test(path) && PATH.test(path.toLowerCase()))
    throw new CliError(`invalid reference format: repository name (${path}) must be lowercase`);
  if (wrong || !PATH.test(path) || !DOMAIN.test(domain) || name.length > 255)
    throw new CliError("invalid reference format");
  return { repository: `${domain}/${path}`, tag, digest };
}

function splitDomain(name: string): [domain: string, path: string] {
  const slash = name.indexOf("/");
  const first = name.slice(0, Math.max(0, slash));
  const isDomain =
    slash > 0 && (/[.:]/.test(first) || first === "localhost" || first !== first.toLowerCase());
  const domain = isDomain ? first : "docker.io";
  const path = isDomain ? name.slice(slash + 1) : name;
  if (domain === "docker.io" || domain === "index.docker.io")
    return ["docker.io", path.includes("/") ? path : `library/${path}`];
  return [domain, path];
}

/** `busybox` for `docker.io/library/busybox`. */
export function familiarName(repository: string): string {
  return repository.replace(/^docker\.io\/(?:library\/(?=[^/]+$))?/, "");
}

/** `busybox:latest`, with whatever the reference has. */
export function familiarString(reference: ImageReference): string {
  const tag = reference.tag === undefined ? "" : `:${reference.tag}`;
  const digest = reference.digest === undefined ? "" : `@${reference.digest}`;
  return familiarName(reference.repository) + tag + digest;
}

export function withDefaultTag(reference: ImageReference): ImageReference {
  return reference.tag === undefined && reference.digest === undefined
    ? { ...reference, tag: "latest" }
    : reference;
}
