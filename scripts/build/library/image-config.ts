// The OCI image config of an image that ships (image-spec, config.md).
import type { Recipe } from "./recipe.ts";

export interface ImageConfig {
  readonly architecture: "386";
  readonly os: "linux";
  /** RFC 3339. */
  readonly created: string;
  readonly config: Recipe["config"];
  readonly rootfs: { readonly type: "layers"; readonly diff_ids: readonly string[] };
  readonly history: readonly {
    readonly created: string;
    readonly created_by: string;
    readonly comment?: string;
  }[];
}

/** An image whose top layer is `diffId`, made `createdSec` seconds after 1970; `base` is the config of the image below. */
export function imageConfig(
  recipe: Recipe,
  diffId: string,
  createdSec: number,
  base: ImageConfig | undefined,
): ImageConfig {
  const created = new Date(createdSec * 1000).toISOString().replace(".000Z", "Z");
  const packages = recipe.packages?.length ? ` from Debian's ${recipe.packages.join(", ")}` : "";
  return {
    architecture: "386",
    os: "linux",
    created,
    config: recipe.config,
    rootfs: { type: "layers", diff_ids: [...(base?.rootfs.diff_ids ?? []), diffId] },
    history: [...(base?.history ?? []), { created, created_by: `images/library/${recipe.name}${packages}` }],
  };
}
