// Writes tar: ustar headers, with a pax header in front where a member needs one (long or non-ASCII names, xattrs,
// nanoseconds, big numbers). The same entries give the same bytes. POSIX.1-2017 pax.

import { EngineError } from "../base/errors.ts";
import { chunksOf, concatBytes } from "../base/streams.ts";
import { encodePath, hasLoneSurrogates, isAscii } from "./path-bytes.ts";
import { encodeXattrKey, formatPaxRecords } from "./pax-records.ts";
import type { TarEntry, TarEntryType } from "./tar-entry.ts";
import { tarBlockBytes, tarChecksum } from "./tar-header.ts";
import { formatPaxTime } from "./tar-number.ts";

const typeFlags: Readonly<Record<TarEntryType, string>> = {
  file: "0",
  hardlink: "1",
  symlink: "2",
  char: "3",
  block: "4",
  directory: "5",
  fifo: "6",
};

/** The two zero blocks that end an archive. */
export const tarTrailer: Uint8Array = new Uint8Array(2 * tarBlockBytes);

/** What goes between a member's content and the next header. */
export function tarPadding(sizeBytes: number): Uint8Array {
  return new Uint8Array((tarBlockBytes - (sizeBytes % tarBlockBytes)) % tarBlockBytes);
}

/** The header blocks of a member; `sizeBytes` bytes of content follow when it is a file. Throws EngineError("invalid-argument"). */
export function encodeTarHeader(entry: TarEntry): Uint8Array {
  checkEntry(entry);
  const path = pathOf(entry);
  const split = splitUstarPath(path);
  const records = paxRecordsOf(entry, path, split !== undefined);
  const header = ustarBlock(entry, split ?? { prefix: "", name: cut(path, 100) }, typeFlags[entry.type]);
  if (records.length === 0) return header;
  const body = formatPaxRecords(records);
  const paxHeader = ustarBlock(
    {
      ...entry,
      mode: 0o644,
      uid: 0,
      gid: 0,
      userName: "",
      groupName: "",
      linkPath: "",
      mtimeSec: 0,
      mtimeNsec: 0,
    },
    { prefix: "", name: "././@PaxHeader" },
    "x",
    body.byteLength,
  );
  return concatBytes([paxHeader, body, tarPadding(body.byteLength), header]);
}

function checkEntry(entry: TarEntry): void {
  const whole = [entry.sizeBytes, entry.uid, entry.gid, entry.deviceMajor, entry.deviceMinor];
  const valid =
    whole.every((value) => Number.isSafeInteger(value) && value >= 0) &&
    Number.isSafeInteger(entry.mtimeSec) &&
    entry.mtimeNsec >= 0 &&
    entry.mtimeNsec < 1e9 &&
    Math.max(entry.deviceMajor, entry.deviceMinor) < 8 ** 7 &&
    (entry.type === "file" || entry.sizeBytes === 0) &&
    entry.path !== "" &&
    !`${entry.path}${entry.linkPath}`.includes("\0");
  if (!valid)
    throw new EngineError("invalid-argument", `No tar header can describe ${JSON.stringify(entry.path)}`);
}

function pathOf(entry: TarEntry): string {
  return entry.type === "directory" && !entry.path.endsWith("/") ? `${entry.path}/` : entry.path;
}

function paxRecordsOf(
  entry: TarEntry,
  path: string,
  fits: boolean,
): { key: string; value: Uint8Array | string }[] {
  const records: { key: string; value: Uint8Array | string }[] = [];
  const put = (key: string, value: Uint8Array | string) => records.push({ key, value });
  const longLink = encodePath(entry.linkPath).byteLength > 100;
  const paxPath = !fits || !isAscii(path);
  const paxLink = longLink || !isAscii(entry.linkPath);
  const isBinary = hasLoneSurrogates(path) || hasLoneSurrogates(entry.linkPath);
  if (isBinary && (paxPath || paxLink)) put("hdrcharset", "BINARY");
  if (paxPath) put("path", path);
  if (paxLink) put("linkpath", entry.linkPath);
  if (entry.sizeBytes >= 8 ** 11) put("size", String(entry.sizeBytes));
  if (entry.uid >= 8 ** 7) put("uid", String(entry.uid));
  if (entry.gid >= 8 ** 7) put("gid", String(entry.gid));
  if (needsPaxText(entry.userName, 31)) put("uname", entry.userName);
  if (needsPaxText(entry.groupName, 31)) put("gname", entry.groupName);
  if (entry.mtimeNsec !== 0 || entry.mtimeSec < 0 || entry.mtimeSec >= 8 ** 11) {
    put("mtime", formatPaxTime(entry.mtimeSec, entry.mtimeNsec));
  }
  for (const name of [...entry.xattrs.keys()].sort())
    put(`SCHILY.xattr.${encodeXattrKey(name)}`, entry.xattrs.get(name)!);
  return records;
}

function needsPaxText(text: string, maxBytes: number): boolean {
  return text.length > maxBytes || !isAscii(text);
}

/** How a path goes into the 100-byte name and the 155-byte prefix; undefined when it does not. */
function splitUstarPath(path: string): { prefix: string; name: string } | undefined {
  if (encodePath(path).byteLength <= 100) return { prefix: "", name: path };
  if (!isAscii(path)) return undefined;
  for (
    let slash = path.indexOf("/", path.length - 101);
    slash > 0 && slash <= 155;
    slash = path.indexOf("/", slash + 1)
  ) {
    if (slash < path.length - 1) return { prefix: path.slice(0, slash), name: path.slice(slash + 1) };
  }
  return undefined;
}

function cut(path: string, maxBytes: number): string {
  return isAscii(path) ? path.slice(0, maxBytes) : path.slice(0, maxBytes / 4);
}

function ustarBlock(
  entry: TarEntry,
  { prefix, name }: { prefix: string; name: string },
  typeFlag: string,
  sizeBytes = entry.sizeBytes,
): Uint8Array {
  const block = new Uint8Array(tarBlockBytes);
  const text = (at: number, lengthBytes: number, value: string) =>
    block.set(encodePath(value).subarray(0, lengthBytes), at);
  const octal = (at: number, digits: number, value: number) => {
    const fits = value >= 0 && value < 8 ** digits;
    text(at, digits, (fits ? value : 0).toString(8).padStart(digits, "0"));
  };
  text(0, 100, name);
  octal(100, 7, entry.mode & 0o7777);
  octal(108, 7, entry.uid);
  octal(116, 7, entry.gid);
  octal(124, 11, sizeBytes);
  octal(136, 11, entry.mtimeSec);
  text(156, 1, typeFlag);
  text(157, 100, cut(entry.linkPath, 100));
  text(257, 8, "ustar\x0000");
  text(265, 31, needsPaxText(entry.userName, 31) ? "" : entry.userName);
  text(297, 31, needsPaxText(entry.groupName, 31) ? "" : entry.groupName);
  octal(329, 7, entry.deviceMajor);
  octal(337, 7, entry.deviceMinor);
  text(345, 155, prefix);
  octal(148, 6, tarChecksum(block));
  block[155] = 0x20;
  return block;
}

export interface TarSource {
  readonly entry: TarEntry;
  /** Exactly `entry.sizeBytes` bytes, for a file that is not empty. */
  readonly content?: Uint8Array | ReadableStream<Uint8Array>;
}

/** The archive of the members, made as it is read. It errors when a content's length is not the entry's. */
export function writeTar(
  members: AsyncIterable<TarSource> | Iterable<TarSource>,
): ReadableStream<Uint8Array> {
  const chunks = tarChunks(members);
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await chunks.return();
      },
    },
    { highWaterMark: 0 },
  );
}

async function* tarChunks(
  members: AsyncIterable<TarSource> | Iterable<TarSource>,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const { entry, content } of members) {
    yield encodeTarHeader(entry);
    if (entry.type !== "file") continue;
    let left = entry.sizeBytes;
    for await (const chunk of contentChunks(content)) {
      left -= chunk.byteLength;
      if (left < 0) break;
      if (chunk.byteLength > 0) yield chunk;
    }
    if (left !== 0) {
      throw new EngineError(
        "internal",
        `The content of ${JSON.stringify(entry.path)} is not ${entry.sizeBytes} bytes long`,
      );
    }
    if (entry.sizeBytes % tarBlockBytes !== 0) yield tarPadding(entry.sizeBytes);
  }
  yield tarTrailer.slice();
}

async function* contentChunks(content: TarSource["content"]): AsyncGenerator<Uint8Array, void, undefined> {
  if (content instanceof Uint8Array) yield content;
  else if (content) yield* chunksOf(content);
}
