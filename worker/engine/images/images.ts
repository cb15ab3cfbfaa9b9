// The verbs on images behind the port that containers and the API know.

import type { ImagePort } from "../image-port.ts";
import { commitImage } from "./commit-image.ts";
import { inspectDistribution } from "./distribution.ts";
import { imageHistory } from "./history.ts";
import type { ImageContext } from "./image-context.ts";
import { importImage } from "./import-image.ts";
import { inspectImage } from "./inspect.ts";
import { listImages } from "./list.ts";
import { loadImages } from "./load.ts";
import { pruneImages } from "./prune.ts";
import { pullImage } from "./pull.ts";
import { removeImage } from "./remove.ts";
import { resolveImage } from "./resolve.ts";
import { saveImages } from "./save.ts";
import { searchImages } from "./search.ts";
import { tagImage } from "./tag.ts";

export function imagePort(context: ImageContext): ImagePort {
  return {
    resolve: (reference) => resolveImage(context, reference),
    list: async ({ filters }) => listImages(context, filters),
    inspect: async (reference) => inspectImage(context, reference),
    history: async (reference) => imageHistory(context, reference),
    tag: (reference, repository, tag) => tagImage(context, reference, repository, tag),
    remove: (reference, options) => removeImage(context, reference, options),
    prune: ({ filters, usersOf }) => pruneImages(context, filters, usersOf),
    save: (references) => saveImages(context, references),
    import: (request) => importImage(context, request),
    commit: (request) => commitImage(context, request),
    search: (term, options) => searchImages(context, term, options),
    distribution: (reference, signal) => inspectDistribution(context, reference, signal),
    load: (archive, platform) => loadImages(context, archive, platform),
    pull: (reference, platform) => pullImage(context, reference, platform),
  };
}
