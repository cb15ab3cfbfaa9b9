// The composition root: the only file that knows every folder. A sandbox is one machine with its disks, the engine over it, and the
// callers in the guest that reach the engine.

import { createApi } from "./api/api.ts";
import type { ApiHandler } from "./api/exchange.ts";
import { serveHttp } from "./api/http1.ts";
import { messageOf } from "./base/errors.ts";
import { unrefTimer } from "./base/unref-timer.ts";
import { withImageRootfs } from "./callers/image-rootfs.ts";
import { CALLER_SHAPE, readCall, serveShim } from "./callers/shim-session.ts";
import { runDocker } from "./cli/docker.ts";
import type { RunCli } from "./cli/session.ts";
import { LayerDisk } from "./disk/layer-disk.ts";
import { type DirectoryListing, listDirectory } from "./engine/containers/list-directory.ts";
import { createEngine } from "./engine/engine.ts";
import type { EventLog } from "./engine/events/event-log.ts";
import { createImageContext } from "./engine/images/image-context.ts";
import { imagePort } from "./engine/images/images.ts";
import { makeRoot } from "./engine/system-containers/make-root.ts";
import type { GuestProcess, TerminalSize } from "./guest/agent.ts";
import type { AcceptGuestStream } from "./guest/channel.ts";
import { CHANNELS, STREAM_KINDS } from "./guest/frames.ts";
import { LOGIN_ENVIRONMENT, loginShell } from "./guest/login-shell.ts";
import { OperationBatch } from "./guest/operations.ts";
import { Machine, type MachineConfig, type MachineDeath } from "./machine/machine.ts";
import { assetReader, fetchMachine, type MachineParts } from "./machine-parts.ts";
import { openDataDisk } from "./open-data-disk.ts";
import { OutsideNetwork } from "./outside/outside-network.ts";
import type { Platform } from "./platform.ts";
import { OpenPorts } from "./preview/open-ports.ts";
import { PreviewProxy } from "./preview/preview-proxy.ts";
import { CrunRuntime } from "./runtime/crun.ts";
import { OUTSIDE } from "./runtime/outside-address.ts";
import { BlobStore } from "./store/blob-store.ts";
import { RecordStore } from "./store/record-store.ts";
import { openStored } from "./store/stored-state-error.ts";

export interface SandboxOptions {
  /** What is fetched already, or being fetched; else it is fetched from the platform. */
  readonly parts?: Promise<MachineParts>;
  readonly onFailure?: (failure: MachineDeath) => void;
}

const PROC_FILE_BYTES = 1_048_576;
const ENTROPY_BYTES = 256;
/** The guest's disk controller passes no flush on. */
const FLUSH_MS = 2_000;

export class Sandbox {
  readonly machine: Machine;
  /** The Docker Engine API. */
  readonly api: ApiHandler;
  /** What a run of the `docker` shim in the guest runs. */
  readonly runShim: RunCli;
  /** A directory of a container: for file browsers, the Engine API has no such route. */
  readonly listFiles: (container: string, path: string) => Promise<DirectoryListing>;
  /** Ports that previews can be opened on. */
  readonly ports: OpenPorts;
  readonly previews: PreviewProxy;
  readonly #disk: { flush(): void; close(): void };
  readonly #flushing: ReturnType<typeof setInterval>;

  private constructor(
    machine: Machine,
    api: ApiHandler,
    runShim: RunCli,
    listFiles: Sandbox["listFiles"],
    ports: OpenPorts,
    disk: { flush(): void; close(): void },
  ) {
    this.machine = machine;
    this.api = api;
    this.runShim = runShim;
    this.listFiles = listFiles;
    this.ports = ports;
    this.previews = new PreviewProxy({
      connect: (port) => machine.agent.connect("", "127.0.0.1", port),
      now: () => Date.now(),
      pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    });
    this.#disk = disk;
    this.#flushing = setInterval(() => this.#flush(), FLUSH_MS);
    unrefTimer(this.#flushing);
  }

  /** Restores, and brings the engine's records in line. Rejects with EngineError. */
  static async start(platform: Platform, options: SandboxOptions = {}): Promise<Sandbox> {
    const [parts, records, blobs] = await Promise.all([
      options.parts ?? fetchMachine(platform),
      openStored(() => RecordStore.open(platform.files.folder("records"))),
      openStored(() => BlobStore.open(platform.files.folder("layers"))),
    ]);
    const { assets } = parts;
    // After those: Chromium at times never comes back from making a file longer while others are being opened.
    const { file: diskFile, disk: dataDisk } = await openDataDisk(platform, assets);
    const layerDisk = new LayerDisk();
    layerDisk.place(parts.system, "system");
    const late: { sandbox?: Sandbox } = {};
    const outside = platform.outside && new OutsideNetwork(platform.outside);
    const config: MachineConfig = {
      v86: parts.v86,
      memoryBytes: assets.memoryBytes,
      layerDisk,
      dataDisk,
      jit: platform.jit,
      accept: (kind, args) =>
        kind === STREAM_KINDS.OUTSIDE
          ? outside?.accept(args)
          : late.sandbox && accept(late.sandbox, platform, kind, args),
      onFailure: (failure) => options.onFailure?.(failure),
    };
    const machine = await parts.snapshot.restoreWith((snapshot) => Machine.restore(config, snapshot));
    try {
      await Promise.all([
        openStored(() => machine.settle(platform.now(), platform.randomBytes(ENTROPY_BYTES))),
        outside?.open(machine.agent),
      ]);
      const runtime = new CrunRuntime(machine.agent, layerDisk);
      const events: { log?: EventLog } = {};
      const images = await createImageContext({
        records,
        blobs,
        events: { emit: (...event) => events.log!.emit(...event) },
        ...(parts.library && { library: parts.library, assets: assetReader(platform) }),
        ...(platform.fetch && { fetch: platform.fetch }),
      });
      const engine = await createEngine({
        runtime,
        records,
        images: imagePort(images),
        randomBytes: (count) => platform.randomBytes(count),
        settings: {
          kernelVersion: assets.kernel.version,
          memoryBytes: assets.memoryBytes,
          ...(outside && { nameservers: [OUTSIDE.address] }),
          ...(platform.publish && { publishAddress: platform.publish.address }),
        },
        hostPorts: platform.publish?.ports((address, port) => machine.agent.connect("", address, port)),
      });
      events.log = engine.events;
      late.sandbox = new Sandbox(
        machine,
        createApi(engine),
        withImageRootfs(runDocker, (...wanted) => makeRoot(engine, ...wanted)),
        (container, path) => listDirectory(engine, container, path),
        new OpenPorts(engine, { read: (paths) => readTexts(machine, paths) }),
        { flush: () => dataDisk.flush(), close: () => diskFile.close() },
      );
      machine.watch();
      return late.sandbox;
    } catch (error) {
      await machine.end();
      throw error;
    }
  }

  /** A login shell on a pty. */
  openShell(terminal: TerminalSize): Promise<GuestProcess> {
    return this.machine.agent.spawn(loginShell(terminal));
  }

  /** A command as `ssh` runs one: a line for the guest's shell. */
  runCommand(
    line: string,
    options: {
      readonly terminal?: TerminalSize | undefined;
      readonly environment?: Record<string, string>;
    } = {},
  ): Promise<GuestProcess> {
    return this.machine.agent.spawn({
      argv: ["bash", "-c", line],
      environment: { ...LOGIN_ENVIRONMENT, ...options.environment },
      workingDirectory: "/root",
      terminal: options.terminal,
      openStdin: true,
    });
  }

  /** Everything written so far is on the medium when it resolves. */
  async sync(): Promise<void> {
    await this.machine.sync();
    this.#flush();
  }

  /** Writes back what the guest holds, and ends. */
  async end(): Promise<void> {
    await this.machine.shutDown();
    this.#flush();
    this.#letGo();
    this.#disk.close();
  }

  /** Ends at once, as it is. The files stay open: whoever owns the area closes them. */
  async abandon(): Promise<void> {
    this.#letGo();
    await this.machine.end();
  }

  #letGo(): void {
    clearInterval(this.#flushing);
    this.ports.dispose();
  }

  #flush(): void {
    try {
      this.#disk.flush();
    } catch (error) {
      console.error(`data disk: flush failed: ${messageOf(error)}`);
    }
  }
}

async function readTexts(machine: Machine, paths: readonly string[]): Promise<string[]> {
  const batch = new OperationBatch();
  for (const path of paths) batch.readIfThere("", path, PROC_FILE_BYTES);
  return (await machine.agent.run(batch)).map((result) => new TextDecoder().decode(result.subarray(1)));
}

function accept(
  sandbox: Sandbox,
  platform: Platform,
  kind: number,
  args: Parameters<AcceptGuestStream>[1],
): ReturnType<AcceptGuestStream> {
  const { api, machine, runShim } = sandbox;
  if (kind === STREAM_KINDS.CALLER) {
    const call = readCall(args);
    return {
      shape: CALLER_SHAPE,
      start: (stream) =>
        void serveShim(call, stream, {
          agent: machine.agent,
          api,
          run: runShim,
          connectOutside: platform.connectEngine?.bind(platform),
        }),
    };
  }
  if (kind === STREAM_KINDS.DOCKER_SOCKET) {
    return {
      shape: { incoming: [CHANNELS.OUT], outgoing: [CHANNELS.IN] },
      start: (stream) =>
        void serveHttp({ readable: stream.readable(), writable: stream.writable() }, api).finally(() =>
          stream.close(),
        ),
    };
  }
  return undefined;
}
