// v86 as we use it. Its published types leave out the parts that the machine needs (the bus, the console's virtqueues, the JIT's
// settings); they are written down here, for exactly the pinned version.

import { V86 } from "v86";
import type { V86Disk } from "../disk/v86-disk.ts";

export interface VirtQueue {
  is_configured(): boolean;
  has_request(): boolean;
}

export interface VirtioConsole {
  readonly virtio: { readonly queues: readonly VirtQueue[] };
  SendEvent: (port: number, event: number, value: number) => void;
}

/** A disk's side of the IDE controller: the registers that the guest's driver reads. */
export interface IdeDrive {
  readonly channel: { dma_status: number };
  status_reg: number;
  error_reg: number;
  current_command: number;
  push_irq(): void;
  /** Answers that come later are dropped. */
  cancel_io_operations(): void;
}

/** Which pages of memory are not zeros. */
export interface MemoryBitmap {
  get(page: number): boolean | number;
}

interface PackedMemory {
  readonly bitmap: MemoryBitmap;
  /** Those pages, one after the other. */
  readonly packed_memory: Uint8Array;
}

export interface V86Cpu {
  readonly devices: {
    readonly virtio_console: VirtioConsole;
    readonly ide: { readonly primary: { readonly master: IdeDrive; readonly slave: IdeDrive } };
  };
  set_jit_config(index: number, value: number): void;
  readonly memory_size: Uint32Array;
  /** The guest's memory. */
  readonly mem8: Uint8Array;
  /** Forgets what was compiled of the memory from `start` to before `end`. */
  jit_dirty_cache(start: number, end: number): void;
  pack_memory(): PackedMemory;
  unpack_memory(bitmap: MemoryBitmap, pages: Uint8Array): void;
}

export interface V86Machine {
  readonly v86: {
    readonly cpu: V86Cpu;
    /** Sees to it that `yield_callback(turn)` is called in `ms` milliseconds; 0 or less is at once. */
    yield: (ms: number, turn: number) => void;
    /** Runs a turn; ignored when a later one has been asked for. */
    yield_callback(turn: number): void;
  };
  readonly bus: { send(event: string, value: unknown): void };
  add_listener<T>(event: string, listener: (value: T) => void): void;
  remove_listener<T>(event: string, listener: (value: T) => void): void;
  run(): Promise<void>;
  stop(): Promise<void>;
  destroy(): Promise<void>;
  is_running(): boolean;
  save_state(): Promise<ArrayBuffer>;
  restore_state(state: ArrayBuffer): Promise<void>;
  get_instruction_counter(): number;
}

/** Compiled v86.wasm; or its bytes. */
export type V86Module = WebAssembly.Module;

export interface V86Config {
  readonly module: V86Module;
  readonly memoryBytes: number;
  readonly hda: V86Disk;
  readonly hdb: V86Disk;
  /** To boot a kernel rather than restore a snapshot. */
  readonly boot?: {
    readonly bios: ArrayBuffer;
    readonly vgaBios: ArrayBuffer;
    readonly kernel: ArrayBuffer;
    readonly initramfs: ArrayBuffer;
    readonly commandLine: string;
  };
}

/** Part of what a snapshot is only valid for. */
export const VGA_MEMORY_BYTES = 1_048_576;

/** Resolves when the machine is set up and not yet running. */
export async function createV86(config: V86Config): Promise<V86Machine> {
  const { boot } = config;
  const options = {
    wasm_fn: async (imports: WebAssembly.Imports) =>
      (await WebAssembly.instantiate(config.module, imports)).exports,
    memory_size: config.memoryBytes,
    vga_memory_size: VGA_MEMORY_BYTES,
    hda: config.hda,
    hdb: config.hdb,
    virtio_console: true,
    net_device: { type: "none" },
    disable_keyboard: true,
    disable_mouse: true,
    disable_speaker: true,
    autostart: false,
    ...(boot && {
      bios: { buffer: boot.bios },
      vga_bios: { buffer: boot.vgaBios },
      bzimage: { buffer: boot.kernel },
      initrd: { buffer: boot.initramfs },
      cmdline: boot.commandLine,
    }),
  };
  const machine = new V86(options as never) as unknown as V86Machine;
  await new Promise<void>((resolve) => {
    machine.add_listener("emulator-loaded", () => resolve());
  });
  return machine;
}

export interface StateAndMemory {
  /** For restoreWithoutMemory. */
  readonly state: ArrayBuffer;
  readonly bitmap: MemoryBitmap;
  readonly pages: Uint8Array;
}

/** `save_state` with the memory apart. */
export async function saveWithoutMemory(machine: V86Machine): Promise<StateAndMemory> {
  const { cpu } = machine.v86;
  const { bitmap, packed_memory: pages } = cpu.pack_memory();
  const packMemory = cpu.pack_memory;
  cpu.pack_memory = () => ({ bitmap, packed_memory: new Uint8Array() });
  try {
    return { state: await machine.save_state(), bitmap, pages };
  } finally {
    cpu.pack_memory = packMemory;
  }
}

/** Leaves the memory as it is; resolves with what belongs there. */
export async function restoreWithoutMemory(machine: V86Machine, state: ArrayBuffer): Promise<MemoryBitmap> {
  const { cpu } = machine.v86;
  const unpackMemory = cpu.unpack_memory;
  let restored: MemoryBitmap | undefined;
  cpu.unpack_memory = (bitmap) => {
    restored = bitmap;
  };
  try {
    await machine.restore_state(state);
  } finally {
    cpu.unpack_memory = unpackMemory;
  }
  if (restored === undefined) throw new Error("v86 has restored no memory");
  return restored;
}
