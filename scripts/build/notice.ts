// NOTICE.txt of what is built: each Debian package that went into it, with the source package that it was built from.
import type { PackageRecord } from "./debian/extract-packages.ts";

export interface NoticePart {
  /** "the machine's system" and the like. */
  readonly title: string;
  readonly packages: readonly PackageRecord[];
}

const introduction = `Slipway's machine and images are made from Debian 12 packages for i386, unchanged but for files left out.
Each package's licence is in Debian's source package of the name and version given here, which
"apt-get source NAME=VERSION" fetches from any Debian mirror or Debian's archive of old versions. How the packages
are put together is in the scripts/ and images/ folders of Slipway's own source.
`;

/** The text; packages by name, each part after the other. */
export function noticeText(parts: readonly NoticePart[]): string {
  const sections = parts
    .filter(({ packages }) => packages.length > 0)
    .map(({ title, packages }) => {
      const lines = packages
        .map(({ name, version, source }) => `  ${name} ${version} (source ${source.replace("=", " ")})`)
        .sort();
      return `${title}\n${"-".repeat(title.length)}\n${lines.join("\n")}\n`;
    });
  return [introduction, ...sections].join("\n");
}
