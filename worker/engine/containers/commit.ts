// `docker commit`: what a container changed becomes a layer on top of its image's. OCI image spec, "Image Layer Filesystem Changeset".

import { EngineError } from "../../base/errors.ts";
import { tarEntry } from "../../tar/tar-entry.ts";
import { type TarSource, writeTar } from "../../tar/tar-writer.ts";
import type { EngineContext } from "../engine-context.ts";
import type { ImageRunConfig } from "../image-port.ts";
import type { Container } from "./container.ts";
import { emitContainerEvent } from "./container-event.ts";
import type { ContainerConfig } from "./container-record.ts";
import { mergeConfig } from "./create.ts";
import { pauseContainer, unpauseContainer } from "./pause.ts";
import { isMountPoint, isSame, LowerTree, type UpperEntry, upperEntries } from "./upper-layer.ts";

export interface CommitOptions {
  /** Both may be empty. */
  readonly repository: string;
  readonly tag: string;
  readonly comment: string;
  readonly author: string;
  /** Instructions of a Dockerfile. */
  readonly changes: readonly string[];
  /** Stands still meanwhile, when it runs. */
  readonly pause: boolean;
  /** The image's, where the container's is not wanted. */
  readonly config: ContainerConfig | undefined;
}

/** The new image's id. Rejects with EngineError in Docker's words. */
export async function commitContainer(
  engine: EngineContext,
  reference: string,
  options: CommitOptions,
): Promise<string> {
  const container = engine.containers.find(reference);
  const { config: own, state, imageId } = container.record;
  if (state.status === "removing" || state.status === "dead")
    throw new EngineError(
      "conflict",
      `You cannot commit container ${container.id} which is ${stateWords(state.status)}`,
    );
  const run = runConfigOf(own);
  const config = options.config ? runConfigOf(mergeConfig(options.config, run)) : run;
  const lower = await LowerTree.open(engine, container);
  const pauses = options.pause && state.status === "running";
  if (pauses) await pauseContainer(engine, container.id);
  try {
    const id = await engine.images.commit({
      parent: imageId,
      layer: writeTar(layerMembers(engine, container, lower)),
      config,
      changes: options.changes,
      createdBy: (own.cmd ?? []).join(" "),
      author: options.author,
      comment: options.comment,
      repository: options.repository,
      tag: options.tag,
    });
    const { repository, tag } = options;
    emitContainerEvent(engine, container, "commit", {
      comment: options.comment,
      imageID: id,
      imageRef: repository === "" ? "" : `${repository}:${tag || "latest"}`,
    });
    return id;
  } finally {
    if (pauses) await unpauseContainer(engine, container.id).catch(() => {});
  }
}

function stateWords(status: "removing" | "dead"): string {
  return status === "dead" ? "Dead" : "being removed";
}

function runConfigOf(config: ContainerConfig): ImageRunConfig {
  return {
    user: config.user,
    exposedPorts: config.exposedPorts,
    env: config.env,
    entrypoint: config.entrypoint,
    cmd: config.cmd,
    volumes: config.volumes,
    workingDir: config.workingDir,
    labels: config.labels,
    stopSignal: config.stopSignal ?? undefined,
    healthcheck: config.healthcheck ?? undefined,
    shell: config.shell ?? undefined,
    onBuild: config.onBuild ?? [],
  };
}

/** Directories that only hold something come along with it, and not by themselves. */
async function* layerMembers(
  engine: EngineContext,
  container: Container,
  lower: LowerTree,
): AsyncGenerator<TarSource, void, undefined> {
  let parents: UpperEntry[] = [];
  for await (const upper of upperEntries(engine, container, lower, { content: true })) {
    parents = parents.filter(({ path }) => upper.path.startsWith(`${path}/`));
    const { entry, kind, below } = upper;
    const isUnchanged = isMountPoint(upper) || (below !== undefined && isSame(entry, below));
    if (entry.type === "directory") {
      parents.push(upper);
      if (isUnchanged && kind !== "opaque") continue;
    } else if (isMountPoint(upper)) continue;
    yield* parents.flatMap(directoryMembers);
    parents = [];
    if (kind === "gone") yield { entry: whiteout(upper) };
    else if (entry.type === "file") yield { entry, content: upper.content };
    else if (entry.type !== "directory") yield { entry };
  }
}

function directoryMembers({ path, entry, kind }: UpperEntry): TarSource[] {
  const directory = { entry: { ...entry, path: `${path}/` } };
  return kind === "opaque"
    ? [directory, { entry: mark(entry.mtimeSec, `${path}/.wh..wh..opq`) }]
    : [directory];
}

function whiteout({ path, entry }: UpperEntry) {
  const nameAt = path.lastIndexOf("/") + 1;
  return mark(entry.mtimeSec, `${path.slice(0, nameAt)}.wh.${path.slice(nameAt)}`);
}

function mark(mtimeSec: number, path: string) {
  return tarEntry({ path, type: "file", mode: 0, mtimeSec });
}
