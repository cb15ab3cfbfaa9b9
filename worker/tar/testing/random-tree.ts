// Random file trees as fast-check makes and shrinks them: names of all sorts, every type, hard links, xattrs, holes.

import * as fc from "fast-check";
import { byteString, decodePath } from "../path-bytes.ts";
import { type TarEntry, type TarEntryType, tarEntry } from "../tar-entry.ts";

export interface TreeFile {
  readonly entry: TarEntry;
  readonly content: Uint8Array;
}

export interface TreeOptions {
  /** What old formats hold: short ASCII names, small owners, whole seconds from 1970, no xattrs. */
  readonly plain?: boolean;
}

const usual = fc.stringMatching(/^[a-zA-Z0-9 +,~#%=_-][a-zA-Z0-9 .+~#%=_-]{0,12}$/);
const odd = fc.oneof(
  fc.constantFrom("é", "日本語", "🙂🙃", "a\u{fb00}", "\u{10000}z", "nl\nx", "tab\t", "...", "b\\c"),
  fc.uint8Array({ minLength: 1, maxLength: 20 }).map((bytes) => decodePath(bytes.map((byte) => byte | 0x80))),
  fc.integer({ min: 60, max: 250 }).map((length) => "n".repeat(length)),
);

const sizes = fc.oneof(
  fc.constantFrom(0, 1, 511, 512, 513, 4031, 4032, 4033, 4095, 4096, 4097, 8192, 12_000),
  fc.integer({ min: 0, max: 30_000 }),
);

const contents = fc
  .tuple(sizes, fc.integer({ min: 0, max: 255 }), fc.boolean())
  .map(([size, seed, holes]) => {
    const content = new Uint8Array(holes ? size * 16 : size);
    for (let i = 0; i < content.length; i++) {
      // With holes: zeros but for some stretches of 4 KiB.
      content[i] = holes && (i >> 12) % 5 !== seed % 5 ? 0 : (i * 31 + (i >> 8) * 17 + seed) | 1;
    }
    return content;
  });

interface Draft {
  readonly type: TarEntryType;
  readonly parent: number;
  readonly name: string;
  readonly link: number;
  readonly target: string;
  readonly content: Uint8Array;
  readonly metadata: Pick<TarEntry, "mode" | "uid" | "gid" | "mtimeSec" | "mtimeNsec" | "xattrs">;
  readonly device: readonly [number, number];
}

function draft({ plain = false }: TreeOptions): fc.Arbitrary<Draft> {
  const id = plain ? fc.nat(60_000) : fc.oneof(fc.nat(70_000), fc.nat(0xffff_fffe));
  const name = plain ? usual : fc.oneof({ weight: 3, arbitrary: usual }, odd);
  const xattrs = plain
    ? fc.constant([])
    : fc.array(
        fc.tuple(
          fc.constantFrom("user.a", "user.b=c%d", "trusted.long-name-of-an-attribute", "user.é"),
          fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.constant(new Uint8Array([0, 10, 61, 0]))),
        ),
        { maxLength: 3 },
      );
  return fc.record({
    type: fc.constantFrom<TarEntryType[]>(
      "file",
      "file",
      "file",
      "directory",
      "directory",
      "symlink",
      "hardlink",
      "fifo",
      "char",
      "block",
    ),
    parent: fc.nat(1000),
    name,
    link: fc.nat(1000),
    target: fc.oneof(name, fc.constant("../x/y"), fc.constant(`/${"t".repeat(plain ? 90 : 3000)}`)),
    content: contents,
    metadata: fc.record({
      mode: fc.integer({ min: 0, max: 0o7777 }),
      uid: id,
      gid: id,
      mtimeSec: plain ? fc.nat(2 ** 31) : fc.integer({ min: 2 - 2 ** 31, max: 2 ** 33 }),
      mtimeNsec: plain ? fc.constant(0) : fc.nat(999_999_999),
      xattrs: xattrs.map((list) => new Map(list)),
    }),
    device: fc.tuple(fc.integer({ min: 1, max: 0xfff }), fc.nat(0xfffff)),
  });
}

/** A root directory, then files depth first; no two with one path, no link before its target. */
export function randomTree(options: TreeOptions = {}, maxLength = 25): fc.Arbitrary<TreeFile[]> {
  return fc.array(draft(options), { maxLength }).map(assemble);
}

function assemble(drafts: readonly Draft[]): TreeFile[] {
  const root = tarEntry({
    path: ".",
    type: "directory",
    mode: 0o750,
    uid: 1,
    gid: 2,
    mtimeSec: 1_000_000_000,
  });
  const files: TreeFile[] = [{ entry: root, content: new Uint8Array(0) }];
  const directories = [""];
  const paths = new Set<string>();
  for (const item of drafts) {
    const parent = directories[item.parent % directories.length]!;
    const path = `${parent}${item.name}`;
    // GNU tar keeps no hard links of fifos and devices.
    const linkable = files.filter(({ entry }) => entry.type === "file" || entry.type === "symlink");
    const link = linkable[item.link % Math.max(1, linkable.length)]?.entry;
    if (paths.has(path) || path.length > 3500 || (item.type === "hardlink" && link === undefined)) continue;
    paths.add(path);
    if (item.type === "directory") directories.push(`${path}/`);
    files.push(fileOf(item, path, link));
  }
  return depthFirst(files);
}

/** GNU tar sets a directory's time when it leaves it, and refuses a link before its target. */
function depthFirst(files: readonly TreeFile[]): TreeFile[] {
  const targets = new Map(files.map((file) => [file.entry.path, file]));
  const firstNames = new Map<TreeFile, string>();
  return [...files]
    .sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1))
    .map((file) => {
      const target = file.entry.type === "hardlink" ? targets.get(file.entry.linkPath)! : file;
      const { path } = file.entry;
      const first = firstNames.get(target);
      if (first === undefined) {
        firstNames.set(target, path);
        return { entry: { ...target.entry, path }, content: target.content };
      }
      const entry = { ...target.entry, path, type: "hardlink" as const, linkPath: first, sizeBytes: 0 };
      return { entry, content: new Uint8Array(0) };
    });
}

function sortKey(file: TreeFile): string {
  return file.entry.path === "." ? "" : byteString(file.entry.path).replaceAll("/", "\0");
}

function fileOf(item: Draft, path: string, link: TarEntry | undefined): TreeFile {
  const { type, metadata, device } = item;
  const isDevice = type === "char" || type === "block";
  const content = type === "file" ? item.content : new Uint8Array(0);
  // Linux has user xattrs on files and directories only.
  const xattrs = type === "file" || type === "directory" ? metadata.xattrs : new Map<string, Uint8Array>();
  const entry = tarEntry({
    ...metadata,
    path,
    type,
    xattrs,
    mode: type === "symlink" ? 0o777 : metadata.mode,
    sizeBytes: content.byteLength,
    linkPath: type === "symlink" ? item.target : type === "hardlink" ? link!.path : "",
    deviceMajor: isDevice ? device[0] : 0,
    deviceMinor: isDevice ? device[1] : 0,
  });
  return { entry, content };
}
