// Where files are looked at: a container's own, or a volume's through a container that has it mounted. A volume that none
// has is mounted by a container made for the purpose, which never runs and goes with the view.

import type { WireContainerSummary } from "../../worker/rpc/docker-wire.ts";
import { message } from "../app/messages.ts";
import { shellWord } from "../app/shell-words.ts";
import type { DockerClient } from "../docker/docker-client.ts";
import { containerName } from "./container-texts.ts";

export interface FilePlace {
  readonly container: string;
  /** The top: nothing above it is shown. */
  readonly root: string;
  /** Removes what was made for it. */
  release(): void;
}

export const VOLUME_PREFIX = "volume:";
const HELPER_MOUNT = "/volume";
/** On containers made to look into a volume; its value is the volume's name. */
export const HELPER_LABEL = "slipway.files";

/** Those that a page left behind which was closed while it looked. Call before any place is opened. */
export async function removeOldHelpers(docker: DockerClient): Promise<void> {
  const containers = await docker.containers.list({ all: true });
  // It may be on its way out already.
  for (const { Id, Labels, State } of containers)
    if (Labels[HELPER_LABEL] !== undefined && State === "created")
      await docker.containers.remove(Id).catch(() => {});
}

/** `choice` is a container's name, or `volume:NAME`. Rejects with an Error that says what to do. */
export async function openFilePlace(
  docker: DockerClient,
  choice: string,
  ran: (command: string) => void,
): Promise<FilePlace> {
  if (!choice.startsWith(VOLUME_PREFIX)) return { container: choice, root: "/", release() {} };
  const volume = choice.slice(VOLUME_PREFIX.length);
  const containers = await docker.containers.list({ all: true });
  const user = findUser(containers, volume);
  if (user !== undefined) return { ...user, release() {} };
  const [image] = await docker.images.list();
  if (image === undefined) throw new Error(message("files.needsImage", { name: volume }));
  const reference = image.RepoTags?.[0] ?? image.Id;
  ran(`docker create -v ${shellWord(volume)}:${HELPER_MOUNT} ${shellWord(reference)} true`);
  const { Id } = await docker.containers.create({
    Image: reference,
    Cmd: ["true"],
    Labels: { [HELPER_LABEL]: volume },
    HostConfig: { Mounts: [{ Type: "volume", Source: volume, Target: HELPER_MOUNT }] },
  });
  return {
    container: Id,
    root: HELPER_MOUNT,
    release: () => void docker.containers.remove(Id).catch(() => {}),
  };
}

function findUser(containers: readonly WireContainerSummary[], volume: string) {
  for (const container of containers) {
    const mount = container.Mounts.find(({ Type, Name, RW }) => Type === "volume" && Name === volume && RW);
    if (mount !== undefined) return { container: containerName(container), root: mount.Destination };
  }
  return undefined;
}
