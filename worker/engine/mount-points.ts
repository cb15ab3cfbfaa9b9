// What Docker puts below every container, where its image has nothing: mount points, and files that programs look for. They are no change of
// the container's.

/** Each before what is in it. */
export const MOUNT_POINT_DIRECTORIES = ["dev", "dev/pts", "dev/shm", "etc", "proc", "sys"];
/** Empty ones. */
export const MOUNT_POINT_FILES = [
  ".dockerenv",
  "dev/console",
  "etc/hostname",
  "etc/hosts",
  "etc/resolv.conf",
];
export const MTAB_LINK = { path: "etc/mtab", target: "/proc/mounts" };
