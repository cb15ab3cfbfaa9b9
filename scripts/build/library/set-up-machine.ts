// A program: restores the machine from its snapshot and runs a script in an image made of layers, then writes what the script changed as a tar.
//   tsx set-up-machine.ts REQUEST.json        the request is a SetUpRequest; the script's output goes to standard output
import { execFileSync } from "node:child_process";
import { openSync, readFileSync, readSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { LayerDisk } from "../../../worker/disk/layer-disk.ts";
import type { Agent } from "../../../worker/guest/agent.ts";
import { MOUNT_FLAGS, OperationBatch } from "../../../worker/guest/operations.ts";
import { Machine } from "../../../worker/machine/machine.ts";
import type { LayerSource } from "../../../worker/store/layer-source.ts";

export interface SetUpRequest {
  /** Paths on this machine. */
  readonly snapshot: string;
  readonly system: string;
  readonly memoryBytes: number;
  /** EROFS images, the lowest first. */
  readonly layers: readonly string[];
  /** Files that are seen in place of the image's own while the script runs, by path. */
  readonly standIns: Readonly<Record<string, string>>;
  /** For /bin/sh in the image, as root. */
  readonly script: string;
  /** The machine's clock while the script runs, in seconds since 1970. */
  readonly clockSec: number;
  /** Where the tar of changed files goes, whiteouts as overlayfs has them. */
  readonly changes: string;
}

const DATA_DISK_BYTES = 16 * 1024 ** 3;
/** On the machine's root, which is memory. */
const FOLDER = "/setup";
/** The layer disk's first partition is the system. */
const FIRST_PARTITION = 20;
const environment = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  HOME: "/root",
  LC_ALL: "C.UTF-8",
  DEBIAN_FRONTEND: "noninteractive",
  DEBCONF_NONINTERACTIVE_SEEN: "true",
};

function fileSource(path: string): LayerSource {
  const descriptor = openSync(path, "r");
  const readNow = (offset: number, lengthBytes: number) => {
    const bytes = new Uint8Array(lengthBytes);
    readSync(descriptor, bytes, 0, lengthBytes, offset);
    return bytes;
  };
  return {
    sizeBytes: statSync(path).size,
    readNow,
    read: async (offset, lengthBytes) => readNow(offset, lengthBytes),
  };
}

/** Mounts the layers under an overlay whose changes live in memory. */
function mountOperations(
  ranges: readonly { startByte: number; lengthBytes: number }[],
  standIns: SetUpRequest["standIns"],
): OperationBatch {
  const batch = new OperationBatch().makeDirectory(FOLDER);
  const lower: string[] = [];
  ranges.forEach(({ startByte, lengthBytes }, index) => {
    const folder = `${FOLDER}/${index}`;
    batch.addPartition("/dev/sda", FIRST_PARTITION + index, startByte, lengthBytes).makeDirectory(folder);
    batch.mount(`/dev/sda${FIRST_PARTITION + index}`, folder, "erofs", MOUNT_FLAGS.READ_ONLY);
    lower.unshift(folder);
  });
  batch.makeDirectory(`${FOLDER}/memory`).mount("tmpfs", `${FOLDER}/memory`, "tmpfs", 0, "mode=755,size=80%");
  for (const name of ["upper", "work", "root"]) batch.makeDirectory(`${FOLDER}/memory/${name}`);
  const options = `lowerdir=${lower.join(":")},upperdir=${FOLDER}/memory/upper,workdir=${FOLDER}/memory/work`;
  const root = `${FOLDER}/memory/root`;
  batch
    .mount("overlay", root, "overlay", 0, options)
    .mount("proc", `${root}/proc`, "proc")
    .mount("/dev", `${root}/dev`, "", MOUNT_FLAGS.BIND)
    .mount("tmpfs", `${root}/run`, "tmpfs", 0, "mode=755");
  Object.entries(standIns).forEach(([path, content], index) => {
    const file = `${FOLDER}/memory/stand-in-${index}`;
    batch.write(file, content, 0o755).mount(file, `${root}${path}`, "", MOUNT_FLAGS.BIND);
  });
  return batch;
}

async function restoreMachine(request: SetUpRequest, layerDisk: LayerDisk): Promise<Machine> {
  layerDisk.place(fileSource(request.system), "system");
  const wasm = createRequire(import.meta.url).resolve("v86/build/v86.wasm");
  const state = execFileSync("zstd", ["-dcq", request.snapshot], { maxBuffer: 2 ** 30 });
  return Machine.restore(
    {
      v86: await WebAssembly.compile(readFileSync(wasm)),
      memoryBytes: request.memoryBytes,
      layerDisk,
      dataDisk: {
        byteLength: DATA_DISK_BYTES,
        read: (_, length) => new Uint8Array(length),
        write: () => undefined,
      },
      jit: "governed",
      accept: () => undefined,
      onFailure: ({ message }) => process.stderr.write(`the machine failed: ${message}\n`),
    },
    state.buffer.slice(state.byteOffset, state.byteOffset + state.byteLength) as ArrayBuffer,
  );
}

async function copyOutput(stream: ReadableStream<Uint8Array>): Promise<void> {
  for await (const bytes of stream) process.stdout.write(bytes);
}

/** Resolves to the script's exit code. */
async function runInside(agent: Agent, argv: readonly string[]): Promise<number> {
  const child = await agent.spawn({ argv, environment });
  const [exit] = await Promise.all([
    child.exited,
    copyOutput(child.stdout),
    child.stderr ? copyOutput(child.stderr) : undefined,
  ]);
  return exit.code;
}

async function setUp(request: SetUpRequest): Promise<number> {
  const layerDisk = new LayerDisk();
  const machine = await restoreMachine(request, layerDisk);
  machine.console.lines.on((line) => process.stdout.write(`${line}\n`));
  const { agent } = machine;
  const ranges = request.layers.map((path, index) => layerDisk.place(fileSource(path), `layer ${index}`));
  await agent.run(mountOperations(ranges, request.standIns).setClock(request.clockSec * 1000));
  const root = `${FOLDER}/memory/root`;
  const code = await runInside(agent, ["chroot", root, "/bin/sh", "-c", request.script]);
  if (code !== 0) return code;
  const parts: Uint8Array[] = [];
  for await (const bytes of await agent.tarOut("/", `${FOLDER}/memory/upper`)) parts.push(bytes);
  writeFileSync(request.changes, Buffer.concat(parts));
  process.stdout.write(`${machine.v86.get_instruction_counter()} guest instructions\n`);
  return 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const request = JSON.parse(readFileSync(process.argv[2]!, "utf8")) as SetUpRequest;
  setUp(request).then(
    (code) => process.exit(code),
    (error: unknown) => {
      process.stderr.write(`${String((error as Error).stack ?? error)}\n`);
      process.exit(1);
    },
  );
}
