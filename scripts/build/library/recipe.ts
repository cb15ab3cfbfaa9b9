// The recipe of an image that ships: images/library/NAME/recipe.json, with files/ beside it laid over what its packages bring.
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

export const libraryFolder = "images/library";

/** The part of an OCI image's config that a recipe gives (image-spec, config.md). */
export interface RecipeConfig {
  readonly Env?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly Entrypoint?: readonly string[];
  readonly WorkingDir?: string;
  readonly User?: string;
  readonly StopSignal?: string;
  readonly ExposedPorts?: Readonly<Record<string, Readonly<Record<string, never>>>>;
  readonly Volumes?: Readonly<Record<string, Readonly<Record<string, never>>>>;
  readonly Labels?: Readonly<Record<string, string>>;
}

export interface Recipe {
  readonly name: string;
  /** "debian:latest" and the like; the first is what it is called in messages. */
  readonly tags: readonly string[];
  /** Name of the image below. */
  readonly from?: string;
  /** "debian": packages with dpkg's database, set up inside the machine. "busybox": its binary and links. "program": program.c, compiled. */
  readonly kind: "debian" | "busybox" | "program";
  readonly packages?: readonly string[];
  /** Also all packages that Debian marks as essential. */
  readonly essential?: boolean;
  /** RFC 3339; needed where no package's date tells when the image was made. */
  readonly created?: string;
  /** Shell commands that the machine runs in the image after the packages are set up. */
  readonly setUp?: readonly string[];
  readonly config: RecipeConfig;
}

const fields = ["tags", "from", "kind", "packages", "essential", "created", "setUp", "config"];

/** Throws when a field is unknown or missing. */
export function parseRecipe(name: string, text: string): Recipe {
  const value = JSON.parse(text) as Partial<Recipe>;
  const unknown = Object.keys(value).find((field) => !fields.includes(field));
  if (unknown !== undefined)
    throw new Error(`${libraryFolder}/${name}/recipe.json: unknown field "${unknown}"`);
  const { tags, kind, config } = value;
  if (!tags || tags.length === 0 || !kind || !config) {
    throw new Error(`${libraryFolder}/${name}/recipe.json: tags, kind and config are needed`);
  }
  return { ...value, name, tags, kind, config };
}

/** Every recipe of the library, images before those made from them. */
export async function readRecipes(root: string): Promise<Recipe[]> {
  const names = (await readdir(join(root, libraryFolder))).sort();
  const recipes = new Map<string, Recipe>();
  for (const name of names) {
    const path = join(root, libraryFolder, name, "recipe.json");
    if (existsSync(path)) recipes.set(name, parseRecipe(name, await readFile(path, "utf8")));
  }
  const ordered: Recipe[] = [];
  const visit = (recipe: Recipe): void => {
    if (ordered.includes(recipe)) return;
    if (recipe.from !== undefined) {
      const base = recipes.get(recipe.from);
      if (!base)
        throw new Error(`${libraryFolder}/${recipe.name}/recipe.json: there is no image "${recipe.from}"`);
      visit(base);
    }
    ordered.push(recipe);
  };
  for (const recipe of recipes.values()) visit(recipe);
  return ordered;
}
