// Where a container's parts are in the guest.

import type { ContainerId } from "../engine/container-id.ts";

export const CRUN_STATE = "/run/crun";
export const CGROUP_ROOT = "/sys/fs/cgroup";

/** In memory: gone with the machine. */
export function bundlePath(id: ContainerId): string {
  return `/run/slipway/containers/${id}`;
}

export function rootPath(id: ContainerId): string {
  return `${bundlePath(id)}/rootfs`;
}

/** On the data disk. */
export const WRITABLE_FOLDER = "/var/lib/docker/overlay2";

export function writablePath(id: ContainerId): string {
  return `${WRITABLE_FOLDER}/${id}`;
}

export function networkNamespacePath(id: ContainerId): string {
  return `/run/netns/${id.slice(0, 12)}`;
}

/** Below CGROUP_ROOT; `cgroupsPath` of the spec. */
export function cgroupPath(id: ContainerId): string {
  return `/docker/${id}`;
}
