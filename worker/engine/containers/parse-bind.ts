// `-v`'s SOURCE:TARGET[:OPTIONS]: a volume's name or a path of the machine, put at a path of the container.

import { EngineError } from "../../base/errors.ts";

export interface Bind {
  /** An absolute path, a volume's name, or empty: an anonymous volume. */
  readonly source: string;
  readonly target: string;
  readonly mode: string;
  readonly writable: boolean;
  readonly propagation: string;
  readonly noCopy: boolean;
}

const PROPAGATIONS = ["private", "rprivate", "shared", "rshared", "slave", "rslave"];
const OTHER_OPTIONS = ["rw", "ro", "z", "Z", "nocopy", "consistent", "cached", "delegated"];

/** Throws Docker's `invalid volume specification`. */
export function parseBind(text: string): Bind {
  const refuse = (reason = ""): never => {
    throw new EngineError(
      "invalid-argument",
      `invalid volume specification: '${text}'${reason === "" ? "" : `: ${reason}`}`,
    );
  };
  const parts = text.split(":");
  if (parts.length > 3 || parts.some((part) => part === "")) refuse();
  const [first = "", second, mode = ""] = parts;
  const source = second === undefined ? "" : first;
  const target = normalizePath(second ?? first);
  if (!target.startsWith("/")) refuse(`invalid mount path: '${target}' mount path must be absolute`);
  if (target === "/") refuse("invalid specification: destination can't be '/'");
  const options = mode === "" ? [] : mode.split(",");
  for (const option of options)
    if (!PROPAGATIONS.includes(option) && !OTHER_OPTIONS.includes(option)) refuse(`invalid mode: ${mode}`);
  if (options.includes("ro") && options.includes("rw")) refuse(`invalid mode: ${mode}`);
  return {
    source: source.startsWith("/") ? normalizePath(source) : source,
    target,
    mode,
    writable: !options.includes("ro"),
    propagation: options.find((option) => PROPAGATIONS.includes(option)) ?? "",
    noCopy: options.includes("nocopy"),
  };
}

/** Without `.`, `..`, doubled and closing slashes. */
export function normalizePath(path: string): string {
  const absolute = path.startsWith("/");
  const kept: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") kept.pop();
    else kept.push(part);
  }
  return (absolute ? "/" : "") + kept.join("/");
}
