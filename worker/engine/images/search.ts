// `docker search`: among the images that ship with the page. No registry is asked.

import { EngineError } from "../../base/errors.ts";
import { familiarName, parseImageReference } from "../../oci/image-reference.ts";
import { booleanFilter, type Filters, rejectUnknownFilters } from "../filters.ts";
import type { ImageSearchResult } from "../image-port.ts";
import type { ImageContext } from "./image-context.ts";

/** Throws EngineError("invalid-argument") in Docker's words. */
export function searchImages(
  { library }: ImageContext,
  term: string,
  options: { readonly limit: number; readonly filters: Filters },
): ImageSearchResult[] {
  const { limit, filters } = options;
  rejectUnknownFilters(filters, ["is-automated", "is-official", "stars"]);
  if (limit < 1 || limit > 100)
    throw new EngineError("invalid-argument", `limit ${limit} is outside the range of [1, 100]`);
  const stars = filters.get("stars")?.[0] ?? "0";
  if (!/^\d{1,9}$/.test(stars)) throw new EngineError("invalid-argument", `invalid filter 'stars=${stars}'`);
  const isAutomated = booleanFilter(filters, "is-automated");
  const isOfficial = booleanFilter(filters, "is-official");
  if (isAutomated === true || isOfficial === false || Number(stars) > 0) return [];
  const wanted = term.toLowerCase();
  const names = library.images.flatMap(({ tags }) =>
    tags.map((tag) => familiarName(parseImageReference(tag))),
  );
  return [...new Set(names)]
    .filter((name) => name.includes(wanted))
    .sort()
    .slice(0, limit)
    .map((name) => ({ name, description: "Ships with this machine" }));
}
