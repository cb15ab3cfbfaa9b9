// An image made in memory to be imported: some 60 MB of files as distributions have them, most small and a few large, half of
// them text and half random bytes. The same seed gives the same bytes.

import { createHash } from "node:crypto";
import { readAll } from "../../worker/base/streams.ts";
import { tarEntry } from "../../worker/tar/tar-entry.ts";
import { type TarSource, writeTar } from "../../worker/tar/tar-writer.ts";

const SMALLEST_FILE_BYTES = 32;
const LARGEST_FILE_BYTES = 1_000_000;
const FILES_PER_FOLDER = 40;
const TEXT = new TextEncoder().encode("The quick brown fox jumps over the lazy dog; 0123456789.\n");

/** Numbers from 0 up to 1: xorshift32. `seed` is not 0. */
function randomNumbers(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b1);
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** A layer's tar. */
export async function sampleLayer(seed: number, contentBytes = 60_000_000): Promise<Uint8Array<ArrayBuffer>> {
  return readAll(writeTar(members(seed, contentBytes)));
}

function* members(seed: number, contentBytes: number): Generator<TarSource> {
  const random = randomNumbers(seed);
  let folder = "";
  for (let left = contentBytes, count = 0; left > 0; count++) {
    if (count % FILES_PER_FOLDER === 0) {
      folder = `usr/share/sample-${count / FILES_PER_FOLDER}`;
      yield { entry: tarEntry({ path: `${folder}/`, type: "directory" }) };
    }
    // A bell over the logarithm: half are under 6 kB, the mean is some 25 kB.
    const spread =
      ((random() + random() + random()) / 3) * Math.log(LARGEST_FILE_BYTES / SMALLEST_FILE_BYTES);
    const sizeBytes = Math.min(left, Math.ceil(SMALLEST_FILE_BYTES * Math.exp(spread)));
    left -= sizeBytes;
    const path = `${folder}/file-${count}`;
    yield {
      entry: tarEntry({ path, type: "file", sizeBytes, mtimeSec: 1_700_000_000 + count }),
      content: fileContent(sizeBytes, random),
    };
    if (count % 10 === 9)
      yield { entry: tarEntry({ path: `${path}.link`, type: "symlink", linkPath: `file-${count}` }) };
  }
}

function fileContent(sizeBytes: number, random: () => number): Uint8Array {
  if (random() < 0.5) {
    const text = new Uint8Array(sizeBytes);
    for (let at = 0; at < sizeBytes; at += TEXT.byteLength) text.set(TEXT.subarray(0, sizeBytes - at), at);
    return text;
  }
  const words = new Uint32Array(Math.ceil(sizeBytes / 4));
  for (let at = 0; at < words.length; at++) words[at] = random() * 2 ** 32;
  return new Uint8Array(words.buffer, 0, sizeBytes);
}

/** What `docker save` would write of an image with this one layer. */
export async function sampleArchive(name: string, layer: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const config = JSON.stringify({
    architecture: "386",
    os: "linux",
    config: { Cmd: ["true"] },
    rootfs: { type: "layers", diff_ids: [`sha256:${hexDigest(layer)}`] },
  });
  const configPath = `${hexDigest(config)}.json`;
  const manifest = JSON.stringify([{ Config: configPath, RepoTags: [name], Layers: ["layer/layer.tar"] }]);
  const file = (path: string, content: Uint8Array): TarSource => ({
    entry: tarEntry({ path, type: "file", sizeBytes: content.byteLength }),
    content,
  });
  const encode = (text: string) => new TextEncoder().encode(text);
  return readAll(
    writeTar([
      file(configPath, encode(config)),
      file("layer/layer.tar", layer),
      file("manifest.json", encode(manifest)),
    ]),
  );
}

function hexDigest(content: Uint8Array | string): string {
  return createHash("sha256").update(content).digest("hex");
}
