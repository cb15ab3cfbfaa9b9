// The applets that a busybox binary has: it carries their names as one table of NUL-terminated strings, "[" first, an empty one last.

/** Names of all applets. Throws when the table is not where busybox 1.x keeps it. */
export function busyboxApplets(binary: Buffer): string[] {
  const start = binary.indexOf("\0[\0[[\0", 0, "latin1") + 1;
  const end = binary.indexOf("\0\0", start, "latin1");
  if (start === 0 || end < 0) throw new Error("No table of applets in the busybox binary");
  return binary.toString("latin1", start, end).split("\0");
}
