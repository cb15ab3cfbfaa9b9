// `--opt` of the local driver: a file system that is mounted while containers use the volume. The rules and words are moby's ("volume/local").

import { EngineError } from "../../base/errors.ts";
import type { VolumeRecord } from "./volume-store.ts";

const KNOWN = ["type", "o", "device", "size"];
/** Each with those that it means nothing without. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  device: ["type"],
  type: ["device"],
  o: ["device", "type"],
};

/** Throws EngineError("invalid-argument"). */
export function checkVolumeOptions(name: string, options: Readonly<Record<string, string>>): void {
  const refuse = (message: string): never => {
    throw new EngineError("invalid-argument", `create ${name}: ${message}`);
  };
  for (const option of Object.keys(options))
    if (!KNOWN.includes(option)) refuse(`invalid option: "${option}"`);
  if (options.size !== undefined) {
    const match = /^(\d+(?:\.\d+)?) ?(?:[kmgtp]i?b?|b)?$/i.exec(options.size);
    if (!match) refuse(`invalid size: '${options.size}'`);
    if (Number(match?.[1]) > 0) refuse("quota size requested but no quota support");
  }
  for (const [option, needed] of Object.entries(NEEDS))
    for (const other of needed)
      if (options[option] !== undefined && options[other] === undefined)
        refuse(`missing required option: "${other}"`);
}

/** The words of mount(8) for it; undefined: the volume is a plain directory. */
export function volumeMountCommand({ options }: VolumeRecord, target: string): string[] | undefined {
  const { type = "", o = "", device = "" } = options;
  if (type === "" && device === "") return undefined;
  return ["mount", "-t", type || "none", ...(o === "" ? [] : ["-o", o]), "--", device, target];
}
