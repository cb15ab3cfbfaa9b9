// Options of tmpfs mounts (tmpfs(5), mount(8)): those that Docker lets through.

import { EngineError } from "../../base/errors.ts";

const FLAGS =
  "defaults ro rw suid nosuid dev nodev exec noexec sync async dirsync remount mand nomand atime noatime diratime nodiratime bind rbind unbindable runbindable private rprivate shared rshared slave rslave relatime norelatime strictatime nostrictatime".split(
    " ",
  );
const VALUES = ["mode", "uid", "gid", "size", "nr_blocks", "nr_inodes", "mpol"];
const DEFAULTS = ["noexec", "nosuid", "nodev"];

/** With Docker's defaults in front, where the options do not say otherwise. Throws `invalid tmpfs option ["x"]`. */
export function tmpfsOptions(own: readonly string[]): string[] {
  for (const option of own) {
    const [name = "", value] = option.split("=", 2);
    const known = value === undefined ? FLAGS.includes(name) : VALUES.includes(name) && value !== "";
    if (!known) throw new EngineError("invalid-argument", `invalid tmpfs option [${JSON.stringify(option)}]`);
  }
  const defaults = DEFAULTS.filter((name) => !own.includes(name.slice(2)));
  return [...new Set([...defaults, ...own.filter((option) => option !== "defaults")])];
}
