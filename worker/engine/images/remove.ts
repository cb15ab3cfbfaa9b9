// `docker rmi`: takes a name away, and with the last one the image. The rules and words are moby's ("daemon/images", ImageDelete).

import { EngineError } from "../../base/errors.ts";
import { type Digest, parseDigest } from "../../oci/digest.ts";
import { canonicalReference, parseImageReference, withDefaultTag } from "../../oci/image-reference.ts";
import { sha256Of } from "../../store/sha256.ts";
import type { ImageRemoval, RemoveImageOptions } from "../image-port.ts";
import { findImage, namesById } from "./find-image.ts";
import type { ImageContext } from "./image-context.ts";
import { emitImageEvent } from "./image-event.ts";
import type { StoredImage } from "./image-record.ts";
import { familiar } from "./inspect.ts";

/** Rejects with EngineError("not-found" | "conflict" | "invalid-argument") and then changes nothing. */
export function removeImage(
  context: ImageContext,
  reference: string,
  options: RemoveImageOptions,
): Promise<ImageRemoval[]> {
  return context.changes.run(async () => {
    const image = findImage(context, reference);
    const removals = namesById(image.id, reference)
      ? await removeById(context, image, options)
      : await removeName(context, image, reference, options);
    await collectRemoved(context, options.usersOf);
    return removals;
  });
}

/** Images that only stopped containers held, and these are gone. */
export async function collectRemoved(
  context: ImageContext,
  usersOf: RemoveImageOptions["usersOf"],
): Promise<void> {
  for (const image of context.store.all())
    if (image.isRemoved && usersOf(image.id).length === 0) await context.store.remove(image.id);
}

async function removeName(
  context: ImageContext,
  image: StoredImage,
  text: string,
  options: RemoveImageOptions,
): Promise<ImageRemoval[]> {
  const [user] = options.usersOf(image.id);
  if (!options.force && user !== undefined && isSingleReference(image)) {
    throw new EngineError(
      "conflict",
      `conflict: unable to remove repository reference "${text}" (must force) - container ${short(user.id)} is using its referenced image ${short(image.id)}`,
    );
  }
  const name = nameIn(image, text);
  const names = [name, ...digestsLeftAlone(image, name)];
  const isLast = namesOf(image).length === names.length;
  const isRunning = options.usersOf(image.id).some(({ running }) => running);
  // The image goes with its last name, but while a container of it runs it stays without one.
  if (isLast && !isRunning) return deleteImage(context, image, options);
  await untag(context, image, names);
  return names.map(untagged);
}

async function removeById(
  context: ImageContext,
  image: StoredImage,
  options: RemoveImageOptions,
): Promise<ImageRemoval[]> {
  const users = options.usersOf(image.id);
  const running = users.find((user) => user.running);
  const refuse = (why: string, force: string) => {
    throw new EngineError("conflict", `conflict: unable to delete ${short(image.id)} (${force}) - ${why}`);
  };
  if (running !== undefined)
    refuse(`image is being used by running container ${short(running.id)}`, "cannot be forced");
  if (!options.force && !isSingleReference(image))
    refuse("image is referenced in multiple repositories", "must be forced");
  const [stopped] = users;
  if (!options.force && stopped !== undefined)
    refuse(`image is being used by stopped container ${short(stopped.id)}`, "must be forced");
  return deleteImage(context, image, options);
}

/** Takes all names away and removes the image and what only it has; while stopped containers use it, it only becomes invisible. */
export async function deleteImage(
  context: ImageContext,
  image: StoredImage,
  options: Pick<RemoveImageOptions, "usersOf">,
): Promise<ImageRemoval[]> {
  const names = namesOf(image);
  const chains = await ownChains(context, image);
  for (const _name of names) emitImageEvent(context, "untag", image, image.id);
  const isUsed = options.usersOf(image.id).length > 0;
  if (isUsed) await context.store.put({ ...image, tags: [], digests: [], isRemoved: true });
  else await context.store.remove(image.id);
  emitImageEvent(context, "delete", image, image.id);
  const deleted = isUsed ? [image.id] : [image.id, ...chains];
  return [...names.map(untagged), ...deleted.map((id) => ({ deleted: id }))];
}

async function untag(context: ImageContext, image: StoredImage, names: readonly string[]): Promise<void> {
  await context.store.put({
    ...image,
    tags: image.tags.filter((tag) => !names.includes(tag)),
    digests: image.digests.filter((digest) => !names.includes(digest)),
  });
  for (const _name of names) emitImageEvent(context, "untag", image, image.id);
}

/** The chain ids of the layers that no other image has, top first: what Docker reports as deleted. */
async function ownChains(context: ImageContext, image: StoredImage): Promise<Digest[]> {
  const others = context.store.all().filter((other) => other.id !== image.id);
  const shared = new Set((await Promise.all(others.map(chainIds))).flat());
  return (await chainIds(image)).filter((chain) => !shared.has(chain)).reverse();
}

/** OCI image spec, "Layer ChainID". */
async function chainIds({ config }: StoredImage): Promise<Digest[]> {
  const chains: Digest[] = [];
  for (const diffId of config.diffIds) {
    const parent = chains.at(-1);
    const text = `${parent} ${diffId}`;
    chains.push(parent === undefined ? diffId : parseDigest(await sha256Of(new TextEncoder().encode(text))));
  }
  return chains;
}

function nameIn(image: StoredImage, text: string): string {
  const reference = parseImageReference(text);
  if (reference.digest === undefined) return canonicalReference(withDefaultTag(reference));
  const name = canonicalReference({ ...reference, tag: undefined });
  // `name@sha256:ID` names an image by its id; what it has under that name is a tag.
  return image.digests.includes(name)
    ? name
    : (image.tags.find((tag) => repository(tag) === repository(name)) ?? name);
}

/** Digest names of a repository go with its last tag. */
function digestsLeftAlone(image: StoredImage, removed: string): string[] {
  if (!image.tags.includes(removed)) return [];
  const others = image.tags.some((tag) => tag !== removed && repository(tag) === repository(removed));
  return others ? [] : image.digests.filter((digest) => repository(digest) === repository(removed));
}

/** At most one tag, and all names of one repository. */
function isSingleReference(image: StoredImage): boolean {
  return image.tags.length <= 1 && new Set(namesOf(image).map(repository)).size <= 1;
}

function namesOf(image: StoredImage): string[] {
  return [...image.tags, ...image.digests];
}

function repository(name: string): string {
  const reference = parseImageReference(name);
  return `${reference.domain}/${reference.path}`;
}

function untagged(name: string): ImageRemoval {
  return { untagged: familiar(name) };
}

/** 12 hex digits of an id. */
function short(id: string): string {
  return id.replace(/^sha256:/, "").slice(0, 12);
}
