// The machine: v86 with its two disks, the agent at the other end of the channel, and what watches over both. It is restored from
// a snapshot, or booted from a kernel to make one.

import { Disposables } from "../base/disposables.ts";
import { Emitter } from "../base/emitter.ts";
import { EngineError, messageOf } from "../base/errors.ts";
import { unrefTimer } from "../base/unref-timer.ts";
import type { BlockDevice } from "../disk/block-device.ts";
import { type DiskRequest, toV86Disk } from "../disk/v86-disk.ts";
import { Agent } from "../guest/agent.ts";
import { type AcceptGuestStream, Channel } from "../guest/channel.ts";
import { MOUNT_FLAGS, OperationBatch } from "../guest/operations.ts";
import { ConsoleLog } from "./console-log.ts";
import { announcePlainPorts, ConsolePort } from "./console-port.ts";
import { failDiskRequest } from "./fail-disk-request.ts";
import { JitGovernor, type JitPolicy } from "./jit-governor.ts";
import { restoreSnapshot, saveSnapshot } from "./snapshot.ts";
import type { SnapshotReader } from "./snapshot-reader.ts";
import { TurnScheduler, turnClock } from "./turn-scheduler.ts";
import { createV86, type V86Config, type V86Machine, type V86Module } from "./v86.ts";

export interface MachineConfig {
  readonly v86: V86Module;
  readonly memoryBytes: number;
  readonly layerDisk: BlockDevice;
  readonly dataDisk: BlockDevice;
  readonly jit: JitPolicy;
  /** Streams that programs of the guest open. */
  readonly accept: AcceptGuestStream;
  /** Called once, when the machine has died. */
  readonly onFailure: (failure: MachineDeath) => void;
}

export interface MachineDeath {
  /** `full`: the data disk's storage takes no more; everything that it took before is on it. */
  readonly reason: "panic" | "out-of-memory" | "stuck" | "full";
  readonly message: string;
}

const PING_MS = 5_000;
const STUCK_AFTER_MS = 20_000;
const DATA_MOUNT = "/mnt/data";
/**
 * A tab may be closed at any moment: what programs wrote goes to the disk within about two seconds instead of Linux's thirty. Memory
 * is what a write costs here, so gathering them gains little.
 */
const DATA_OPTIONS = "commit=1";
const WRITE_BACK = {
  "/proc/sys/vm/dirty_writeback_centisecs": "100",
  "/proc/sys/vm/dirty_expire_centisecs": "100",
} as const;
/** Directories of the data disk, and where the guest sees them. */
const DATA_FOLDERS = [
  { name: "docker", target: "/var/lib/docker", mode: 0o711 },
  { name: "lxc", target: "/var/lib/lxc", mode: 0o755 },
  { name: "root", target: "/root", mode: 0o700 },
] as const;

export class Machine {
  readonly agent: Agent;
  readonly channel: Channel;
  readonly console: ConsoleLog;
  readonly v86: V86Machine;
  readonly #disposables = new Disposables();
  readonly #onFailure: (failure: MachineDeath) => void;
  #dead = false;

  private constructor(v86: V86Machine, full: Emitter<void>, config: MachineConfig) {
    this.v86 = v86;
    this.#onFailure = config.onFailure;
    this.console = new ConsoleLog(v86);
    this.channel = new Channel(new ConsolePort(v86), config.accept);
    this.agent = new Agent(this.channel);
    const turns = new TurnScheduler(v86, turnClock());
    const governor = new JitGovernor(v86, turns, config.jit);
    this.#disposables.add(() => governor.dispose());
    this.#disposables.add(
      this.console.alarms.on(({ kind, line }) => this.#die({ reason: kind, message: line.trim() })),
    );
    // An error would make ext4 give up what it has in memory; a stop is what a power cut is, and its journal is for that.
    this.#disposables.add(
      full.on(() => this.#die({ reason: "full", message: "The storage of the data disk takes no more." })),
    );
  }

  /** Boots a kernel; resolves when the agent answers. */
  static async boot(config: MachineConfig, kernel: NonNullable<V86Config["boot"]>): Promise<Machine> {
    const { v86, full } = await createWithDisks(config, kernel);
    announcePlainPorts(v86);
    const machine = new Machine(v86, full, config);
    await v86.run();
    await machine.channel.hello();
    return machine;
  }

  /**
   * Restores what `save` has saved; resolves when the agent answers. Rejects with EngineError("corrupt"), or another that reading the
   * snapshot rejects with.
   */
  static async restore(config: MachineConfig, snapshot: SnapshotReader): Promise<Machine> {
    const { v86, full } = await createWithDisks(config);
    try {
      await restoreSnapshot(v86, snapshot);
    } catch (error) {
      await v86.destroy();
      if (error instanceof EngineError) throw error;
      throw new EngineError("corrupt", "The machine's snapshot cannot be restored", { cause: error });
    }
    const machine = new Machine(v86, full, config);
    await v86.run();
    await machine.channel.hello();
    return machine;
  }

  /** What every visitor's machine must not share with the snapshot: time and randomness; then the data disk, which no snapshot has seen. */
  async settle(unixMs: number, randomBytes: Uint8Array): Promise<void> {
    const batch = new OperationBatch()
      .setClock(unixMs)
      .addEntropy(randomBytes)
      .makeDirectory(DATA_MOUNT)
      .mount("/dev/sdb", DATA_MOUNT, "ext4", MOUNT_FLAGS.NO_ATIME, DATA_OPTIONS);
    for (const [path, value] of Object.entries(WRITE_BACK)) batch.write(path, value);
    for (const { name, target, mode } of DATA_FOLDERS) {
      batch
        .makeDirectory(`${DATA_MOUNT}/${name}`, mode)
        .makeDirectory(target)
        .mount(`${DATA_MOUNT}/${name}`, target, "", MOUNT_FLAGS.BIND);
    }
    await this.agent.run(batch);
  }

  /** Asks the agent for a sign of life now and then; silence is a death. */
  watch(): void {
    let answeredAt = Date.now();
    let asking = false;
    const timer = setInterval(() => {
      if (asking && Date.now() - answeredAt > STUCK_AFTER_MS) {
        this.#die({ reason: "stuck", message: "The machine no longer answers." });
      }
      if (asking) return;
      asking = true;
      answeredAt = Date.now();
      const settled = () => {
        asking = false;
      };
      this.agent.run(new OperationBatch()).then(settled, settled);
    }, PING_MS);
    unrefTimer(timer);
    this.#disposables.add(() => clearInterval(timer));
  }

  /** The snapshot of a machine that runs, for `restore`. The machine stops. */
  async save(): Promise<Uint8Array<ArrayBuffer>> {
    await this.v86.stop();
    return saveSnapshot(this.v86);
  }

  /** Has the guest write back what it holds in memory. */
  async sync(): Promise<void> {
    await this.agent.run(new OperationBatch().sync());
  }

  /** Stops everything in the guest, writes back the data disk and ends. */
  async shutDown(): Promise<void> {
    if (!this.#dead) await this.sync().catch(() => {});
    await this.end();
  }

  async end(): Promise<void> {
    this.#dead = true;
    this.#disposables.dispose();
    this.channel.end(new EngineError("unavailable", "the machine was ended"));
    await this.v86.destroy();
  }

  #die(failure: MachineDeath): void {
    if (this.#dead) return;
    this.#dead = true;
    this.#disposables.dispose();
    this.channel.end(new EngineError("unavailable", failure.message));
    void this.v86.stop();
    this.#onFailure(failure);
  }
}

/** v86 with its disks; a request that fails is an I/O error in the guest, but for a write that finds the storage `full`. */
async function createWithDisks(
  config: MachineConfig,
  boot?: V86Config["boot"],
): Promise<{ v86: V86Machine; full: Emitter<void> }> {
  const full = new Emitter<void>();
  const late: { machine?: V86Machine } = {};
  const report =
    (disk: string, drive: "master" | "slave") =>
    (error: unknown, { kind, offset, lengthBytes }: DiskRequest) => {
      console.error(`${disk}: ${kind} of ${lengthBytes} bytes at ${offset} failed: ${messageOf(error)}`);
      if (kind === "write" && error instanceof EngineError && error.code === "out-of-space") {
        full.emit();
        return;
      }
      // Not while v86 is still starting the command that failed.
      setTimeout(() => {
        if (late.machine?.is_running())
          failDiskRequest(late.machine.v86.cpu.devices.ide.primary[drive], kind);
      });
    };
  late.machine = await createV86({
    module: config.v86,
    memoryBytes: config.memoryBytes,
    hda: toV86Disk(config.layerDisk, report("layer disk", "master")),
    hdb: toV86Disk(config.dataDisk, report("data disk", "slave")),
    ...(boot && { boot }),
  });
  return { v86: late.machine, full };
}
