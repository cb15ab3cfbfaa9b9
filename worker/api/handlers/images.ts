// Images, over the engine's image store.

import { EngineError, messageOf } from "../../base/errors.ts";
import { streamOf } from "../../base/streams.ts";
import { isRunning } from "../../engine/containers/container-state.ts";
import type { EngineContext } from "../../engine/engine-context.ts";
import { NO_FILTERS } from "../../engine/filters.ts";
import type { ImageProgress, ImageRemoval, RemoveImageOptions } from "../../engine/image-port.ts";
import { rfc3339Nano } from "../../engine/time-text.ts";
import { familiarName, parseImageReference, repositoryOf } from "../../oci/image-reference.ts";
import { type ApiCall, type Handler, parameter, replyEnd } from "../api-call.ts";
import { jsonReply, jsonStreamReply, noContent } from "../reply.ts";
import type {
  WireDistribution,
  WireImageDeleted,
  WireImageHistoryItem,
  WireImageInspect,
  WireImagesPruned,
  WireSearchResult,
} from "../wire/image.ts";
import type { WireProgress } from "../wire/progress.ts";
import { readPlatformJson, requirePlatform } from "../wire/read-platform.ts";
import { writeImageConfig } from "../wire/write-container-config.ts";
import { writeImageSummary } from "../wire/write-image-summary.ts";

export const list: Handler = async ({ engine, query }) => {
  const images = await engine.images.list({ all: query.boolean("all"), filters: query.filters() });
  const summaries = images.map(writeImageSummary);
  return jsonReply(summaries.sort((one, other) => other.Created - one.Created));
};

/** Manifests, which clients may ask for, are of Docker's containerd store alone: its other one leaves them out, and so does this. */
export const inspect: Handler = async (call) => {
  const { engine, query, version } = call;
  const reference = parameter(call, "name");
  const platform = version < 49 ? undefined : readPlatformJson(query.text("platform"));
  if (platform !== undefined && query.boolean("manifests"))
    throw new EngineError(
      "invalid-argument",
      "conflicting options: manifests and platform options cannot both be set",
    );
  await requirePlatform(engine, reference, platform);
  const image = await engine.images.inspect(reference);
  const reply: WireImageInspect = {
    Id: image.id,
    RepoTags: [...image.repoTags],
    RepoDigests: [...image.repoDigests],
    Parent: "",
    Comment: image.comment,
    Created: rfc3339Nano(image.createdAtMs),
    DockerVersion: "",
    Author: image.author,
    Config: writeImageConfig(image.config),
    Architecture: image.architecture,
    Os: image.os,
    Size: image.sizeBytes,
    GraphDriver: { Data: null, Name: "overlay2" },
    RootFS: { Type: "layers", Layers: [...image.diffIds] },
    Metadata: { LastTagTime: rfc3339Nano(image.lastTaggedAtMs) },
  };
  return jsonReply(reply);
};

export const history: Handler = async (call) => {
  const reference = parameter(call, "name");
  await requirePlatform(call.engine, reference, platformOf(call));
  const [items, image] = await Promise.all([
    call.engine.images.history(reference),
    call.engine.images.inspect(reference),
  ]);
  return jsonReply(
    items.map(
      (item, at): WireImageHistoryItem => ({
        Id: at === 0 ? image.id : "<missing>",
        Created: Math.floor(item.createdAtMs / 1000),
        CreatedBy: item.createdBy,
        Tags: at === 0 && image.repoTags.length > 0 ? [...image.repoTags] : null,
        Size: item.sizeBytes,
        Comment: item.comment,
      }),
    ),
  );
};

/** Of history and save, since API 1.48. */
function platformOf({ query, version }: ApiCall) {
  return version < 48 ? undefined : readPlatformJson(query.text("platform"));
}

export const tag: Handler = async (call) => {
  const { engine, query } = call;
  await engine.images.tag(parameter(call, "name"), query.text("repo"), query.text("tag"));
  return noContent(201);
};

export const remove: Handler = async (call) => {
  const { engine, query } = call;
  const removals = await engine.images.remove(parameter(call, "name"), {
    force: query.boolean("force"),
    usersOf: usersOf(engine),
  });
  return jsonReply(removals.map(writeRemoval));
};

export const prune: Handler = async ({ engine, query }) => {
  const { removals, reclaimedBytes } = await engine.images.prune({
    filters: query.filters(),
    usersOf: usersOf(engine),
  });
  const reply: WireImagesPruned = {
    ImagesDeleted: removals.length > 0 ? removals.map(writeRemoval) : null,
    SpaceReclaimed: reclaimedBytes,
  };
  return jsonReply(reply);
};

function usersOf(engine: EngineContext): RemoveImageOptions["usersOf"] {
  return (imageId) =>
    engine.containers
      .all()
      .filter(({ record }) => record.imageId === imageId)
      .map(({ record }) => ({ id: record.id, running: isRunning(record.state) }));
}

function writeRemoval(removal: ImageRemoval): WireImageDeleted {
  return "untagged" in removal ? { Untagged: removal.untagged } : { Deleted: removal.deleted };
}

/** Pull, by `fromImage`, or import, by `fromSrc`. A name that is not there is a 404 rather than a stream. */
export const create: Handler = async (call) => {
  const { engine, query } = call;
  const name = query.text("fromImage");
  if (name === "") return importTar(call);
  const tagOrDigest = query.text("tag");
  const separator = tagOrDigest.includes(":") ? "@" : ":";
  const reference = tagOrDigest === "" ? name : `${name}${separator}${tagOrDigest}`;
  return progressReply(engine.images.pull(reference, query.text("platform")));
};

function importTar({ engine, query, request }: ApiCall) {
  const source = query.text("fromSrc");
  if (source === "") throw new EngineError("invalid-argument", "invalid reference format");
  return progressReply(
    engine.images.import({
      source: source === "-" ? (request.body ?? streamOf()) : source,
      message: query.text("message") || `Imported from ${source}`,
      changes: query.all("changes"),
      platform: query.text("platform"),
      repository: query.text("repo"),
      tag: query.text("tag"),
    }),
  );
}

/** `names` repeated, or the name in the path. */
export const save: Handler = async (call) => {
  const name = parameter(call, "name");
  const names = name === "" ? call.query.all("names") : [name];
  const platform = platformOf(call);
  for (const each of names) await requirePlatform(call.engine, each, platform);
  const tar = await call.engine.images.save(names);
  return { status: 200, headers: { "Content-Type": "application/x-tar" }, body: tar };
};

export const search: Handler = ({ engine, query }) => {
  const term = query.text("term");
  if (term === "") throw new EngineError("invalid-argument", "term is required");
  const found = engine.images.search(term, { limit: query.integer("limit") || 25, filters: query.filters() });
  return jsonReply(
    found.map(
      ({ name, description }): WireSearchResult => ({
        star_count: 0,
        is_official: true,
        name,
        is_automated: false,
        description,
      }),
    ),
  );
};

export const distribution: Handler = async (call) => {
  const { mediaType, digest, sizeBytes, platforms } = await call.engine.images.distribution(
    parameter(call, "name"),
    replyEnd(call).signal,
  );
  const reply: WireDistribution = {
    Descriptor: { mediaType, digest, size: sizeBytes },
    Platforms: platforms.map(({ os, architecture, variant }) => ({
      architecture,
      os,
      ...(variant === "" ? {} : { variant }),
    })),
  };
  return jsonReply(reply);
};

/** Registries follow later; what is said before that is Docker's. */
export const push: Handler = async (call) => {
  const reference = parseImageReference(parameter(call, "name"));
  const tag = call.query.text("tag");
  const images = await call.engine.images.list({ all: false, filters: NO_FILTERS });
  const name = familiarName(reference);
  const isThere = images.some(({ repoTags }) =>
    repoTags.some((each) => (tag === "" ? each.startsWith(`${name}:`) : each === `${name}:${tag}`)),
  );
  const missing =
    tag === "" || !images.some(({ repoTags }) => repoTags.some((each) => each.startsWith(`${name}:`)));
  const message = isThere
    ? "pushing to registries is not supported yet"
    : missing
      ? `An image does not exist locally with the tag: ${name}`
      : `tag does not exist: ${name}:${tag}`;
  return jsonStreamReply(
    (async function* (): AsyncGenerator<WireProgress> {
      yield { status: `The push refers to repository [${repositoryOf(reference)}]` };
      yield { errorDetail: { message }, error: message };
    })(),
  );
};

export const load: Handler = async (call) => {
  const { engine, request } = call;
  if (request.body === null) throw new EngineError("invalid-argument", "an archive is missing");
  return progressReply(engine.images.load(request.body, platformOf(call)));
};

/** The first object decides: an error before anything was said keeps its status. */
async function progressReply(progress: AsyncIterable<ImageProgress>) {
  const iterator = progress[Symbol.asyncIterator]();
  const first = await iterator.next();
  return jsonStreamReply(
    (async function* (): AsyncGenerator<WireProgress> {
      try {
        for (let next = first; !next.done; next = await iterator.next()) yield writeProgress(next.value);
      } catch (error) {
        yield { errorDetail: { message: messageOf(error) }, error: messageOf(error) };
      } finally {
        await iterator.return?.();
      }
    })(),
  );
}

function writeProgress(progress: ImageProgress): WireProgress {
  const { status, id, current, total, stream, error } = progress;
  return {
    ...(stream === undefined ? {} : { stream }),
    ...(status === undefined ? {} : { status }),
    ...(status !== undefined && id !== undefined
      ? {
          progressDetail: {
            ...(current === undefined ? {} : { current }),
            ...(total === undefined ? {} : { total }),
          },
        }
      : {}),
    ...(id === undefined ? {} : { id }),
    ...(error === undefined ? {} : { errorDetail: { message: error }, error }),
  };
}
