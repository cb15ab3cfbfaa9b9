// `docker images`: a line for every name an image has, or for the image itself when it has none.

import type { WireImageSummary } from "../../api/wire/image.ts";
import type { Command } from "../command.ts";
import { checkFilter, formatFilters } from "../filters.ts";
import { flag } from "../flags.ts";
import { TABLE_FORMAT_FLAG } from "../format-flag.ts";
import { printRows, type Row } from "../format-rows.ts";
import { goTime, humanAgo, humanSize, shortId } from "../units.ts";

export const imagesCommand: Command = {
  paths: ["image ls", "image list", "images"],
  summary: "List images",
  usage: "[OPTIONS] [REPOSITORY[:TAG]]",
  flags: [
    flag("-a, --all", "bool", "Show all images (default hides intermediate images)"),
    flag("--digests", "bool", "Show digests"),
    flag("-f, --filter", "filter", "Filter output based on conditions provided", { check: checkFilter }),
    TABLE_FORMAT_FLAG,
    flag("--no-trunc", "bool", "Don't truncate output"),
    flag("-q, --quiet", "bool", "Only show image IDs"),
    flag("--tree", "bool", "List multi-platform images as a tree", { hidden: true }),
  ],
  minArgs: 0,
  maxArgs: 1,
  completes: ["image", "nothing"],
  async run(context) {
    const { api, flags, args } = context;
    const images = await api.json<WireImageSummary[]>("GET", "/images/json", {
      query: {
        all: flags.isOn("all"),
        filters: formatFilters(flags.list("filter"), args[0] ? { reference: args[0] } : {}),
      },
    });
    const digests = flags.isOn("digests") || /\.Digest\b/.test(flags.text("format"));
    const now = Date.now();
    const rows = images.flatMap((image) =>
      imageRows(image, { digests, truncate: !flags.isOn("no-trunc"), now }),
    );
    await printRows(context, rows, {
      table: `{{.Repository}}\t{{.Tag}}\t${flags.isOn("digests") ? "{{.Digest}}\t" : ""}{{.ID}}\t{{.CreatedSince}}\t{{.Size}}`,
      quiet: "{{.ID}}",
      goType: "*formatter.imageContext",
      headings: IMAGE_HEADINGS,
    });
    return 0;
  },
};

export const IMAGE_HEADINGS = {
  ID: "IMAGE ID",
  Repository: "REPOSITORY",
  Tag: "TAG",
  Digest: "DIGEST",
  CreatedSince: "CREATED",
  CreatedAt: "CREATED AT",
  Size: "SIZE",
  Containers: "CONTAINERS",
  VirtualSize: "SIZE",
  SharedSize: "SHARED SIZE",
  UniqueSize: "UNIQUE SIZE",
};

interface ImageRowOptions {
  readonly digests: boolean;
  readonly truncate: boolean;
  readonly now: number;
}

interface ImageNames {
  readonly tags: string[];
  readonly digests: string[];
}

export function imageRows(image: WireImageSummary, options: ImageRowOptions): Row[] {
  const repositories = groupNames(image);
  if (repositories.size === 0) return [imageRow(image, "<none>", "<none>", "<none>", options)];
  return [...repositories].flatMap(([repository, { tags, digests }]) => {
    if (!options.digests)
      return (tags.length > 0 ? tags : ["<none>"]).map((tag) =>
        imageRow(image, repository, tag, "<none>", options),
      );
    const shownDigests = digests.length > 0 ? digests : ["<none>"];
    const shownTags = tags.length > 0 ? tags : ["<none>"];
    return shownTags.flatMap((tag) =>
      shownDigests.map((digest) => imageRow(image, repository, tag, digest, options)),
    );
  });
}

function groupNames(image: WireImageSummary): Map<string, ImageNames> {
  const repositories = new Map<string, ImageNames>();
  const of = (repository: string): ImageNames => {
    const known = repositories.get(repository) ?? { tags: [], digests: [] };
    repositories.set(repository, known);
    return known;
  };
  for (const name of image.RepoTags ?? []) {
    const colon = name.lastIndexOf(":");
    if (name !== "<none>:<none>" && colon > name.lastIndexOf("/"))
      of(name.slice(0, colon)).tags.push(name.slice(colon + 1));
  }
  for (const name of image.RepoDigests ?? []) {
    const at = name.indexOf("@");
    if (at > 0 && name !== "<none>@<none>") of(name.slice(0, at)).digests.push(name.slice(at + 1));
  }
  return repositories;
}

function imageRow(
  image: WireImageSummary,
  repository: string,
  tag: string,
  digest: string,
  options: ImageRowOptions,
): Row {
  return {
    ID: options.truncate ? shortId(image.Id) : image.Id,
    Repository: repository,
    Tag: tag,
    Digest: digest,
    CreatedSince: humanAgo(image.Created * 1000, options.now),
    CreatedAt: goTime(image.Created * 1000),
    Size: humanSize(image.Size, 3),
    Containers: image.Containers < 0 ? "N/A" : String(image.Containers),
    VirtualSize: humanSize(image.Size),
    SharedSize: image.SharedSize < 0 ? "N/A" : humanSize(image.SharedSize),
    UniqueSize: image.SharedSize < 0 ? "N/A" : humanSize(image.Size - image.SharedSize),
  };
}
