// The composition root: the only file that knows every folder. A sandbox is one machine with its disks, the engine over it, and the
// callers in the guest that reach the engine.

import { createApi } from "./api/api.ts";
import type { ApiHandler } from "./api/exchange.ts";
import { serveHttp } from "./api/http1.ts";
import { messageOf } from "./base/errors.ts";
import { unrefTimer } from "./base/unref-timer.ts";
import { withImageRootfs } from "./callers/image-rootfs.ts";
import { CALLER_SHAPE, readCall, serveShim } from "./callers/shim-session.ts";
import { readCheckedAsset } from "./checked-asset.ts";
import { runDocker } from "./cli/docker.ts";
import type { RunCli } from "./cli/session.ts";
import { LayerDisk } from "./disk/layer-disk.ts";
import { type DirectoryListing, listDirectory } from "./engine/containers/list-directory.ts";
import { createEngine } from "./engine/engine.ts";
import type { EventLog } from "./engine/events/event-log.ts";
import { createImageContext } from "./engine/images/image-context.ts";
import { imagePort } from "./engine/images/images.ts";
import { parseShippedLibrary } from "./engine/images/shipped-library.ts";
import { makeRoot } from "./engine/system-containers/make-root.ts";
import type { GuestProcess, TerminalSize } from "./guest/agent.ts";
import type { AcceptGuestStream } from "./guest/channel.ts";
import { CHANNELS, STREAM_KINDS } from "./guest/frames.ts";
import { LOGIN_ENVIRONMENT, loginShell } from "./guest/login-shell.ts";
import { OperationBatch } from "./guest/operations.ts";
import { Machine, type MachineDeath } from "./machine/machine.ts";
import { type MachineAssets, parseMachineAssets } from "./machine/machine-assets.ts";
import { packedSnapshot } from "./machine/snapshot-reader.ts";
import { openDataDisk } from "./open-data-disk.ts";
import { OutsideNetwork } from "./outside/outside-network.ts";
import type { Platform } from "./platform.ts";
import { OpenPorts } from "./preview/open-ports.ts";
import { PreviewProxy } from "./preview/preview-proxy.ts";
import { CrunRuntime } from "./runtime/crun.ts";
import { OUTSIDE } from "./runtime/outside-address.ts";
import type { AssetReader } from "./store/asset-reader.ts";
import { BlobStore } from "./store/blob-store.ts";
import { ByteCache } from "./store/byte-cache.ts";
import { parseChunkManifest } from "./store/chunk-manifest.ts";
import { ChunkedSource } from "./store/chunked-source.ts";
import { RecordStore } from "./store/record-store.ts";
import { openStored } from "./store/stored-state-error.ts";

export type SandboxProgress =
  | {
      readonly step: "fetching";
      readonly what: string;
      readonly loadedBytes: number;
      readonly totalBytes: number;
    }
  | { readonly step: "restoring" };

export interface SandboxOptions {
  readonly onProgress?: (progress: SandboxProgress) => void;
  readonly onFailure?: (failure: MachineDeath) => void;
}

const PROC_FILE_BYTES = 1_048_576;
const ENTROPY_BYTES = 256;
/** The guest's disk controller passes no flush on. */
const FLUSH_MS = 2_000;
const SYSTEM_CACHE_BYTES = 16 * 1_048_576;

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

  /** Fetches, restores, and brings the engine's records in line. Rejects with EngineError. */
  static async start(platform: Platform, options: SandboxOptions = {}): Promise<Sandbox> {
    const assets = parseMachineAssets(new TextDecoder().decode(await platform.readAsset("machine.json")));
    const [parts, records] = await Promise.all([
      fetchParts(platform, assets, options),
      openStored(() => RecordStore.open(platform.files.folder("records"))),
    ]);
    // After the records: Chromium at times never comes back from making a file longer while others are being opened.
    const { file: diskFile, disk: dataDisk } = await openDataDisk(platform, assets);
    const layerDisk = new LayerDisk();
    layerDisk.place(parts.system, "system");
    const late: { sandbox?: Sandbox } = {};
    const outside = platform.outside && new OutsideNetwork(platform.outside);
    const machine = await Machine.restore(
      {
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
      },
      async () => {
        const snapshot = await parts.snapshot;
        options.onProgress?.({ step: "restoring" });
        return snapshot;
      },
    );
    try {
      await openStored(() => machine.settle(platform.now(), platform.randomBytes(ENTROPY_BYTES)));
      await outside?.open(machine.agent);
      const runtime = new CrunRuntime(machine.agent, layerDisk);
      const events: { log?: EventLog } = {};
      const images = await createImageContext({
        records,
        blobs: await openStored(() => BlobStore.open(platform.files.folder("layers"))),
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

async function fetchParts(platform: Platform, assets: MachineAssets, options: SandboxOptions) {
  const { v86, snapshot, system, library } = assets;
  const entries = [v86, snapshot, system, ...(library ? [library] : [])];
  const totalBytes = entries.reduce((sum, entry) => sum + entry.sizeBytes, 0);
  const loaded = new Map<string, number>();
  const read = (entry: MachineAssets["system"]) =>
    readCheckedAsset(platform, entry, (bytes) => {
      loaded.set(entry.file, bytes);
      const loadedBytes = [...loaded.values()].reduce((sum, part) => sum + part, 0);
      options.onProgress?.({ step: "fetching", what: "the machine", loadedBytes, totalBytes });
    });
  // The largest by far: the rest is set up meanwhile.
  const restorable = read(snapshot).then((packed) => packedSnapshot(packed, assets.snapshotBytes));
  restorable.catch(() => {}); // is told where it is awaited
  const [compiled, manifest, shipped] = await Promise.all([
    read(v86).then(compileGzipped),
    read(system),
    library ? read(library).then(parseShippedLibrary) : undefined,
  ]);
  const source = await ChunkedSource.create(
    parseChunkManifest(new TextDecoder().decode(manifest), system.file),
    {
      assets: assetReader(platform),
      groupCache: new ByteCache(SYSTEM_CACHE_BYTES),
      chunkCache: new ByteCache(SYSTEM_CACHE_BYTES),
    },
  );
  return { v86: compiled, snapshot: restorable, system: source, library: shipped };
}

async function compileGzipped(packed: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module> {
  const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return WebAssembly.compile(await new Response(unpacked).arrayBuffer());
}

function assetReader(platform: Platform): AssetReader {
  return {
    async read(name, offset, lengthBytes) {
      const file = await platform.readAsset(name);
      return file.subarray(offset, offset + lengthBytes);
    },
  };
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
