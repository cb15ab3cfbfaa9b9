// `docker images`, with Docker's filters: reference patterns, dangling, labels, and before or since another image.

import { anyValue, booleanFilter, type Filters, matchesLabels, rejectUnknownFilters } from "../filters.ts";
import type { ImageSummary } from "../image-port.ts";
import { findImage } from "./find-image.ts";
import type { ImageContext } from "./image-context.ts";
import type { StoredImage } from "./image-record.ts";
import { createdMs } from "./image-store.ts";
import { familiar, summaryOf } from "./inspect.ts";
import { matchesPattern } from "./match-pattern.ts";

const ACCEPTED = ["dangling", "label", "before", "since", "reference", "until"];

/** Newest first. Throws EngineError("invalid-argument" | "not-found"). */
export function listImages(context: ImageContext, filters: Filters): ImageSummary[] {
  rejectUnknownFilters(filters, ACCEPTED);
  const dangling = booleanFilter(filters, "dangling");
  const before = boundary(context, filters, "before");
  const since = boundary(context, filters, "since");
  const patterns = filters.get("reference") ?? [];
  return context.store
    .list()
    .filter((image) => dangling === undefined || (image.tags.length === 0) === dangling)
    .filter((image) => matchesLabels(filters, image.config.run.labels))
    .filter((image) => before === undefined || createdMs(image) < createdMs(before))
    .filter((image) => since === undefined || createdMs(image) > createdMs(since))
    .filter((image) => anyValue(filters, "until", (time) => createdMs(image) < untilMs(context, time)))
    .map((image) => withNames(image, patterns))
    .filter((image) => image !== undefined)
    .map(summaryOf);
}

function boundary(context: ImageContext, filters: Filters, name: string): StoredImage | undefined {
  const reference = filters.get(name)?.[0];
  return reference === undefined ? undefined : findImage(context, reference);
}

/** With only the names that match, as Docker lists them; undefined when none does. */
function withNames(image: StoredImage, patterns: readonly string[]): StoredImage | undefined {
  if (patterns.length === 0) return image;
  const matches = (name: string) => patterns.some((pattern) => matchesReference(familiar(name), pattern));
  const tags = image.tags.filter(matches);
  const digests = image.digests.filter(matches);
  return tags.length + digests.length === 0 ? undefined : { ...image, tags, digests };
}

/** The pattern is for the whole of `name:tag`, or for the name alone. */
function matchesReference(reference: string, pattern: string): boolean {
  const at = reference.indexOf("@");
  const end = at >= 0 ? at : reference.lastIndexOf(":");
  return matchesPattern(reference, pattern) || matchesPattern(reference.slice(0, end), pattern);
}

/** Seconds since 1970, a time, or a duration back from now (`24h`). */
function untilMs({ clock }: ImageContext, text: string): number {
  const units = { s: 1000, m: 60_000, h: 3_600_000 } as const;
  const duration = [...text.matchAll(/(\d+(?:\.\d+)?)([smh])/g)];
  if (duration.length > 0 && duration.map(([part]) => part).join("") === text)
    return clock.nowMs() - duration.reduce((sum, [, n, unit]) => sum + Number(n) * units[unit as "s"], 0);
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}
