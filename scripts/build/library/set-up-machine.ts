// A program: boots the machine and runs a script in an image made of layers, then writes what the script changed as a tar.
//   tsx set-up-machine.ts REQUEST.json        the request is a SetUpRequest; the script's output goes to standard output
import { openSync, readFileSync, readSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { LayerDisk } from "../../../worker/disk/layer-disk.ts";
import { toV86Disk } from "../../../worker/disk/v86-disk.ts";
import { Agent } from "../../../worker/guest/agent.ts";
import { Channel } from "../../../worker/guest/channel.ts";
import { MOUNT_FLAGS, OperationBatch } from "../../../worker/guest/operations.ts";
import { ConsoleLog } from "../../../worker/machine/console-log.ts";
import { announcePlainPorts, ConsolePort } from "../../../worker/machine/console-port.ts";
import { createV86 } from "../../../worker/machine/v86.ts";
import type { LayerSource } from "../../../worker/store/layer-source.ts";

export interface SetUpRequest {
  /** Paths on this machine. */
  readonly kernel: string;
  readonly initramfs: string;
  readonly system: string;
  /** EROFS images, the lowest first. */
  readonly layers: readonly string[];
  /** For /bin/sh in the image, as root. */
  readonly script: string;
  /** The machine's clock while the script runs, in seconds since 1970. */
  readonly clockSec: number;
  /** Where the tar of changed files goes, whiteouts as overlayfs has them. */
  readonly changes: string;
}

const biosFolder = "/usr/share/seabios";
const memoryBytes = 768 * 1024 * 1024;
const commandLine =
  "console=ttyS0 loglevel=4 init_on_alloc=0 preempt=none apparmor=0 audit=0 nosmp nowatchdog noapic nolapic " +
  "mitigations=off tsc=reliable random.trust_cpu=on";
const environment = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  HOME: "/root",
  LC_ALL: "C.UTF-8",
  DEBIAN_FRONTEND: "noninteractive",
  DEBCONF_NONINTERACTIVE_SEEN: "true",
};

function arrayBufferOf(path: string): ArrayBuffer {
  const bytes = readFileSync(path);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}

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
function mountOperations(ranges: readonly { startByte: number; lengthBytes: number }[]): OperationBatch {
  const batch = new OperationBatch().makeDirectory("/setup");
  const lower: string[] = [];
  ranges.forEach(({ startByte, lengthBytes }, index) => {
    const folder = `/setup/${index}`;
    batch.addPartition("/dev/sda", index + 2, startByte, lengthBytes).makeDirectory(folder);
    batch.mount(`/dev/sda${index + 2}`, folder, "erofs", MOUNT_FLAGS.READ_ONLY);
    lower.unshift(folder);
  });
  batch.makeDirectory("/setup/memory").mount("tmpfs", "/setup/memory", "tmpfs", 0, "mode=755,size=80%");
  for (const name of ["upper", "work", "root"]) batch.makeDirectory(`/setup/memory/${name}`);
  const options = `lowerdir=${lower.join(":")},upperdir=/setup/memory/upper,workdir=/setup/memory/work`;
  const root = "/setup/memory/root";
  return batch
    .mount("overlay", root, "overlay", 0, options)
    .mount("proc", `${root}/proc`, "proc")
    .mount("/dev", `${root}/dev`, "", MOUNT_FLAGS.BIND)
    .mount("tmpfs", `${root}/run`, "tmpfs", 0, "mode=755");
}

async function bootAgent(request: SetUpRequest, hda: LayerDisk): Promise<Agent> {
  const system = fileSource(request.system);
  hda.place(system, "system");
  const wasm = join(createRequire(import.meta.url).resolve("v86/package.json"), "../build/v86.wasm");
  const noDisk = {
    byteLength: 1024 * 1024,
    read: (_: number, length: number) => new Uint8Array(length),
    write: () => undefined,
  };
  const failed = (error: unknown) => process.stderr.write(`disk: ${String(error)}\n`);
  const machine = await createV86({
    module: await WebAssembly.compile(readFileSync(wasm)),
    memoryBytes,
    hda: toV86Disk(hda, failed),
    hdb: toV86Disk(noDisk, failed),
    boot: {
      bios: arrayBufferOf(join(biosFolder, "bios.bin")),
      vgaBios: arrayBufferOf(join(biosFolder, "vgabios-stdvga.bin")),
      kernel: arrayBufferOf(request.kernel),
      initramfs: arrayBufferOf(request.initramfs),
      commandLine: `${commandLine} slipway.system=${system.sizeBytes}`,
    },
  });
  announcePlainPorts(machine);
  new ConsoleLog(machine).lines.on((line) => process.stdout.write(`${line}\n`));
  const channel = new Channel(new ConsolePort(machine), () => undefined);
  await machine.run();
  await channel.hello();
  return new Agent(channel);
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
  const hda = new LayerDisk();
  const agent = await bootAgent(request, hda);
  process.stdout.write("machine is up\n");
  const ranges = request.layers.map((path, index) => hda.place(fileSource(path), `layer ${index}`));
  await agent.run(mountOperations(ranges));
  await runInside(agent, ["date", "-s", `@${request.clockSec}`]);
  const code = await runInside(agent, ["chroot", "/setup/memory/root", "/bin/sh", "-c", request.script]);
  if (code !== 0) return code;
  const parts: Uint8Array[] = [];
  for await (const bytes of await agent.tarOut("/", "/setup/memory/upper")) parts.push(bytes);
  writeFileSync(request.changes, Buffer.concat(parts));
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
