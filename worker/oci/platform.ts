// Which machine an image is for, and the choice among several: this one is linux/386 and nothing else.

import { EngineError } from "../base/errors.ts";
import { type JsonObject, stringField } from "./json-document.ts";

export interface Platform {
  /** `linux` */
  readonly os: string;
  /** `386`, `amd64`, `arm` */
  readonly architecture: string;
  /** `v7`; "" where there is none. */
  readonly variant: string;
}

export const MACHINE_PLATFORM: Platform = { os: "linux", architecture: "386", variant: "" };

export function parsePlatform(object: JsonObject, what: string): Platform {
  return {
    os: stringField(object, "os", what),
    architecture: stringField(object, "architecture", what),
    variant: stringField(object, "variant", what),
  };
}

/** `linux/386`, `linux/arm/v7` */
export function platformText({ os, architecture, variant }: Platform): string {
  return [os, architecture, variant].filter((part) => part !== "").join("/");
}

/** What `--platform` says: `linux/386`. Throws EngineError("invalid-argument"). */
export function parsePlatformText(text: string): Platform {
  const parts = text.toLowerCase().split("/");
  const [os = "", architecture = "", variant = ""] = parts;
  if (parts.length > 3 || !/^[a-z0-9_-]+$/.test(os) || !/^[a-z0-9_-]+$/.test(architecture))
    throw new EngineError("invalid-argument", `invalid platform: ${JSON.stringify(text)}`);
  return {
    os,
    architecture: architecture === "i386" || architecture === "x86" ? "386" : architecture,
    variant,
  };
}

/** Whether what is made for `candidate` runs on `machine`. */
export function runsOn(candidate: Platform, machine: Platform): boolean {
  return candidate.os === machine.os && candidate.architecture === machine.architecture;
}

/**
 * The first entry of an index for `machine`; attestations and the like, which are for no machine, are passed over.
 * Throws EngineError("not-found") in Docker's words.
 */
export function selectManifest<Entry extends { readonly platform: Platform | undefined }>(
  manifests: readonly Entry[],
  machine: Platform = MACHINE_PLATFORM,
): Entry {
  const chosen = manifests.find(({ platform }) => platform !== undefined && runsOn(platform, machine));
  if (chosen !== undefined) return chosen;
  throw new EngineError(
    "not-found",
    `no matching manifest for ${platformText(machine)} in the manifest list entries`,
  );
}
