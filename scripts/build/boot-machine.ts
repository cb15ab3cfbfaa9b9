// Boots the machine in Node for a build step: a kernel, an initramfs and the system's image as the steps before made them.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { LayerDisk } from "../../worker/disk/layer-disk.ts";
import { BOOT_OPTIONS, MEMORY_BYTES } from "../../worker/machine/boot-options.ts";
import type { JitPolicy } from "../../worker/machine/jit-governor.ts";
import { Machine, type MachineConfig } from "../../worker/machine/machine.ts";
import { plainSnapshot } from "../../worker/machine/snapshot-reader.ts";
import { fileSource } from "./file-source.ts";
import { v86WasmPath } from "./v86-wasm.ts";

const firmware = "/usr/share/seabios";
const dataDiskBytes = 16 * 1024 ** 3;

export interface MachineFiles {
  /** Paths on this machine. */
  readonly kernel: string;
  readonly initramfs: string;
  readonly system: string;
}

export interface BuildMachine {
  readonly machine: Machine;
  /** Holds the system. */
  readonly layerDisk: LayerDisk;
}

async function contentOf(path: string): Promise<ArrayBuffer> {
  const bytes = await readFile(path);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}

async function machineConfig(
  system: string,
  jit: JitPolicy,
  tell: (message: string) => void,
): Promise<MachineConfig & { readonly layerDisk: LayerDisk; readonly systemBytes: number }> {
  const layerDisk = new LayerDisk();
  const source = await fileSource(system);
  layerDisk.place(source, "system");
  return {
    v86: await WebAssembly.compile(await readFile(v86WasmPath())),
    memoryBytes: MEMORY_BYTES,
    layerDisk,
    systemBytes: source.sizeBytes,
    // No build step may leave anything on the data disk.
    dataDisk: {
      byteLength: dataDiskBytes,
      read: (_, length) => new Uint8Array(length),
      write: () => undefined,
    },
    jit,
    accept: () => undefined,
    onFailure: ({ message }) => tell(`the machine failed: ${message}`),
  };
}

/** Boots; `tell` hears of a machine that died. */
export async function bootMachine(
  files: MachineFiles,
  tell: (message: string) => void,
): Promise<BuildMachine> {
  const config = await machineConfig(files.system, "always", tell);
  const machine = await Machine.boot(config, {
    bios: await contentOf(join(firmware, "bios.bin")),
    vgaBios: await contentOf(join(firmware, "vgabios-stdvga.bin")),
    kernel: await contentOf(files.kernel),
    initramfs: await contentOf(files.initramfs),
    commandLine: `${BOOT_OPTIONS} slipway.system=${config.systemBytes}`,
  });
  return { machine, layerDisk: config.layerDisk };
}

/** Restores the snapshot of a machine booted by `bootMachine`. */
export async function restoreMachine(
  snapshot: string,
  system: string,
  tell: (message: string) => void,
): Promise<BuildMachine> {
  const config = await machineConfig(system, "governed", tell);
  const machine = await Machine.restore(config, plainSnapshot(await readFile(snapshot)));
  return { machine, layerDisk: config.layerDisk };
}
