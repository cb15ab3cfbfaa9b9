// Step "snapshot": boots the machine in Node, warms it up and saves its state. Output: snapshot.zst and snapshot.json.
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { LayerDisk } from "../../../worker/disk/layer-disk.ts";
import { BOOT_OPTIONS, MEMORY_BYTES } from "../../../worker/machine/boot-options.ts";
import { Machine } from "../../../worker/machine/machine.ts";
import type { BuildStep } from "../build-step.ts";
import { fileSource } from "../file-source.ts";
import { warmUp } from "../warm-up.ts";
import { initramfsStep } from "./initramfs.ts";
import { kernelStep } from "./kernel.ts";
import { systemStep } from "./system.ts";

const firmware = "/usr/share/seabios";

export interface SnapshotFacts {
  readonly memoryBytes: number;
  readonly stateBytes: number;
  /** Guest instructions from power-on to the snapshot. */
  readonly instructions: number;
}

async function contentOf(path: string): Promise<ArrayBuffer> {
  const bytes = await readFile(path);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}

export const snapshotStep: BuildStep = {
  name: "snapshot",
  title: "the machine's first boot, kept as a snapshot",
  dependsOn: [kernelStep, initramfsStep, systemStep],
  async inputs({ hashFiles }) {
    const v86 = createRequire(import.meta.url).resolve("v86/build/v86.wasm");
    return {
      code: await hashFiles(
        "scripts/build/steps/snapshot.ts",
        "scripts/build/warm-up.ts",
        "worker/machine",
        "worker/guest",
        "worker/runtime",
        "package-lock.json",
      ),
      v86: v86.includes("v86") ? await hashFiles("node_modules/v86/build/v86.wasm") : "",
    };
  },
  async run({ outputDir, workDir, output, progress, run }) {
    const source = await fileSource(join(output(systemStep), "system.erofs"));
    const layerDisk = new LayerDisk();
    layerDisk.place(source, "system");
    const wasm = createRequire(import.meta.url).resolve("v86/build/v86.wasm");
    const machine = await Machine.boot(
      {
        v86: await WebAssembly.compile(await readFile(wasm)),
        memoryBytes: MEMORY_BYTES,
        layerDisk,
        dataDisk: {
          byteLength: 16 * 1024 ** 3,
          read: (_, length) => new Uint8Array(length),
          write: () => {},
        },
        jit: "always",
        accept: () => undefined,
        onFailure: ({ message }) => progress(`the machine failed: ${message}`),
      },
      {
        bios: await contentOf(join(firmware, "bios.bin")),
        vgaBios: await contentOf(join(firmware, "vgabios-stdvga.bin")),
        kernel: await contentOf(join(output(kernelStep), "bzImage")),
        initramfs: await contentOf(join(output(initramfsStep), "initramfs.cpio.gz")),
        commandLine: `${BOOT_OPTIONS} slipway.system=${source.sizeBytes}`,
      },
    );
    progress("warming up");
    await warmUp(machine.agent, layerDisk);
    const facts: SnapshotFacts = {
      memoryBytes: MEMORY_BYTES,
      instructions: machine.v86.get_instruction_counter(),
      stateBytes: 0,
    };
    const state = await machine.save();
    await machine.end();
    await writeFile(join(workDir, "snapshot"), new Uint8Array(state));
    progress("packing");
    await run("zstd", [
      "-q",
      "--ultra",
      "-22",
      "--long=27",
      join(workDir, "snapshot"),
      "-o",
      join(outputDir, "snapshot.zst"),
    ]);
    await writeFile(
      join(outputDir, "snapshot.json"),
      `${JSON.stringify({ ...facts, stateBytes: state.byteLength })}\n`,
    );
  },
};
