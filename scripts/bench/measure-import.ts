// Import in Node: `docker load` of an archive, and the EROFS writer alone. Speeds are by the bytes of the archive, or of the tar.

import { readText, streamOf } from "../../worker/base/streams.ts";
import { writeErofs } from "../../worker/erofs/write-erofs.ts";
import type { Sandbox } from "../../worker/sandbox.ts";
import { MemoryFile } from "../../worker/store/memory-file.ts";
import { type Measurement, median } from "./measurement.ts";
import { sampleArchive, sampleLayer } from "./sample-archive.ts";

const ROUNDS = 3;
/** As a pipe or a socket gives them. */
const PIECE_BYTES = 65_536;

function inPieces(bytes: Uint8Array): ReadableStream<Uint8Array> {
  const count = Math.ceil(bytes.byteLength / PIECE_BYTES);
  return streamOf(
    ...Array.from({ length: count }, (_piece, index) =>
      bytes.subarray(index * PIECE_BYTES, (index + 1) * PIECE_BYTES),
    ),
  );
}

export async function measureImport(sandbox: Sandbox): Promise<Measurement[]> {
  const loads: number[] = [];
  const writes: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    // Another content each time: a layer that is there already is not written again.
    const layer = await sampleLayer(round + 1);
    const name = `bench-import:${round}`;
    const archive = await sampleArchive(name, layer);
    loads.push(archive.byteLength / 1e6 / (await secondsOf(() => load(sandbox, archive))));
    await call(sandbox, "DELETE", `/images/${name}`);
    writes.push(
      layer.byteLength / 1e6 / (await secondsOf(() => writeErofs(inPieces(layer), new MemoryFile()))),
    );
  }
  const where = "Node";
  const unit = "MB/s";
  return [
    {
      what: "docker load of a 60 MB archive",
      where,
      value: median(loads),
      unit,
      target: { bound: "at least", value: 50 },
    },
    { what: "tar to EROFS alone", where, value: median(writes), unit },
  ];
}

async function secondsOf(act: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await act();
  return (performance.now() - start) / 1000;
}

async function load(sandbox: Sandbox, archive: Uint8Array): Promise<void> {
  const said = await call(sandbox, "POST", "/images/load", inPieces(archive));
  if (!said.includes("Loaded image")) throw new Error(`docker load: ${said}`);
}

async function call(
  sandbox: Sandbox,
  method: string,
  target: string,
  body: ReadableStream<Uint8Array> | null = null,
): Promise<string> {
  const headers = { "content-type": "application/x-tar" };
  const response = await sandbox.api({ method, target, headers: body === null ? {} : headers, body });
  const said = response.body === null ? "" : await readText(response.body);
  if (response.status >= 300) throw new Error(`${method} ${target}: ${response.status} ${said}`);
  return said;
}
