// Runs a script inside an image made of layers, in a machine of its own, and hands back what the script changed.
import { openSync, readSync, statSync } from "node:fs";
import type { Agent } from "../../../worker/guest/agent.ts";
import { MOUNT_FLAGS, OperationBatch } from "../../../worker/guest/operations.ts";
import type { LayerSource } from "../../../worker/store/layer-source.ts";
import { restoreMachine } from "../boot-machine.ts";

export interface SetUpRequest {
  /** Of a booted machine, and its system's image: paths on this machine. */
  readonly snapshot: string;
  readonly system: string;
  /** EROFS images, the lowest first. */
  readonly layers: readonly string[];
  /** Files that are seen in place of the image's own while the script runs, by path. */
  readonly standIns: Readonly<Record<string, string>>;
  /** For /bin/sh in the image, as root. */
  readonly script: string;
  /** The machine's clock while the script runs, in seconds since 1970. */
  readonly clockSec: number;
  /** Hears what the script and the machine say. */
  readonly log: (text: string | Uint8Array) => void;
}

/** On the machine's root, which is memory. */
const folder = "/setup";
/** The layer disk's first partition is the system. */
const firstPartition = 20;
const environment = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  HOME: "/root",
  LC_ALL: "C.UTF-8",
  DEBIAN_FRONTEND: "noninteractive",
  DEBCONF_NONINTERACTIVE_SEEN: "true",
};

function onDemand(path: string): LayerSource {
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
  const batch = new OperationBatch().makeDirectory(folder);
  const lower: string[] = [];
  ranges.forEach(({ startByte, lengthBytes }, index) => {
    const layer = `${folder}/${index}`;
    batch.addPartition("/dev/sda", firstPartition + index, startByte, lengthBytes).makeDirectory(layer);
    batch.mount(`/dev/sda${firstPartition + index}`, layer, "erofs", MOUNT_FLAGS.READ_ONLY);
    lower.unshift(layer);
  });
  batch.makeDirectory(`${folder}/memory`).mount("tmpfs", `${folder}/memory`, "tmpfs", 0, "mode=755,size=80%");
  for (const name of ["upper", "work", "root"]) batch.makeDirectory(`${folder}/memory/${name}`);
  const options = `lowerdir=${lower.join(":")},upperdir=${folder}/memory/upper,workdir=${folder}/memory/work`;
  const root = `${folder}/memory/root`;
  batch
    .mount("overlay", root, "overlay", 0, options)
    .mount("proc", `${root}/proc`, "proc")
    .mount("/dev", `${root}/dev`, "", MOUNT_FLAGS.BIND)
    .mount("tmpfs", `${root}/run`, "tmpfs", 0, "mode=755");
  Object.entries(standIns).forEach(([path, content], index) => {
    const file = `${folder}/memory/stand-in-${index}`;
    batch.write(file, content, 0o755).mount(file, `${root}${path}`, "", MOUNT_FLAGS.BIND);
  });
  return batch;
}

/** Resolves to the script's exit code. */
async function runInside(agent: Agent, argv: readonly string[], log: SetUpRequest["log"]): Promise<number> {
  const child = await agent.spawn({ argv, environment });
  const copy = async (stream: ReadableStream<Uint8Array>) => {
    for await (const bytes of stream) log(bytes);
  };
  const [exit] = await Promise.all([
    child.exited,
    copy(child.stdout),
    child.stderr ? copy(child.stderr) : undefined,
  ]);
  return exit.code;
}

/** A tar of the overlay's folder "upper", whiteouts as overlayfs has them. Rejects when the script fails. */
export async function setUpInMachine(request: SetUpRequest): Promise<Buffer> {
  const { log } = request;
  const { machine, layerDisk } = await restoreMachine(request.snapshot, request.system, log);
  const stopListening = machine.console.lines.on((line) => log(`${line}\n`));
  try {
    const { agent } = machine;
    const ranges = request.layers.map((path, index) => layerDisk.place(onDemand(path), `layer ${index}`));
    await agent.run(mountOperations(ranges, request.standIns).setClock(request.clockSec * 1000));
    const argv = ["chroot", `${folder}/memory/root`, "/bin/sh", "-c", request.script];
    const code = await runInside(agent, argv, log);
    if (code !== 0) throw new Error(`setting up the packages failed with exit code ${code}`);
    const parts: Uint8Array[] = [];
    for await (const bytes of await agent.tarOut("/", `${folder}/memory/upper`)) parts.push(bytes);
    log(`${machine.v86.get_instruction_counter()} guest instructions since the boot\n`);
    return Buffer.concat(parts);
  } finally {
    stopListening();
    await machine.end();
  }
}
