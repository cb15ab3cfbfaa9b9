// A machine with containers as an object of the page. Names and meanings are those of WebContainer, whose users should find their way; what
// is here besides is `docker` and `lxc`.

import type { MachineState, OpenPort } from "../../worker/rpc/protocol.ts";
import type { SandboxClient } from "../app/sandbox-client.ts";
import { shellWord, shellWords } from "../app/shell-words.ts";
import { DockerClient } from "../docker/docker-client.ts";
import { type BootOptions, bootedClient, type StorageReport } from "./boot-sandbox.ts";
import { type ExportOptions, exportFiles } from "./export-files.ts";
import { type FileSystemTree, filesOfTree, tarOfFiles } from "./file-tree.ts";
import { guestPath } from "./guest-path.ts";
import { PreviewRelay } from "./preview-relay.ts";
import type { RunCommand } from "./run-command.ts";
import { SandboxEvents, type SandboxListeners } from "./sandbox-events.ts";
import { SandboxFiles } from "./sandbox-files.ts";
import { sandboxMessage } from "./sandbox-messages.ts";
import { pipedProcess, type SandboxProcess, type SpawnOptions, terminalProcess } from "./sandbox-process.ts";
import { SystemContainers } from "./system-containers.ts";

/** For the elements of this library, which speak to the worker themselves. */
export let clientOf: (sandbox: Sandbox) => SandboxClient;

export class Sandbox {
  static {
    clientOf = (sandbox) => sandbox.#client;
  }

  /** Absolute path of the working folder: what relative paths start from. */
  readonly workdir: string;
  /** `PATH` of programs. */
  readonly path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  readonly fs: SandboxFiles;
  /** The Docker Engine API, typed, and as `fetch`. */
  readonly docker: DockerClient;
  /** LXC. */
  readonly lxc: SystemContainers;
  /** Whether what the machine writes is kept, and why not. */
  readonly storage: StorageReport;
  readonly #client: SandboxClient;
  readonly #relay: PreviewRelay;
  readonly #events = new SandboxEvents();
  #ports: readonly number[] = [];
  #ended: Error | undefined;
  #lose: (error: Error) => void = () => {};
  readonly #lost = new Promise<never>((_, reject) => {
    this.#lose = reject;
  });

  private constructor(
    client: SandboxClient,
    workdir: string,
    place: { readonly site: URL; readonly previews: string; readonly storage: StorageReport },
  ) {
    this.#client = client;
    this.workdir = workdir;
    this.storage = place.storage;
    const run: RunCommand = (command, signal) => {
      this.#check();
      return client.runCommand(command, signal);
    };
    this.fs = new SandboxFiles(run, workdir);
    this.docker = new DockerClient(client.docker);
    this.lxc = new SystemContainers({ runCommand: run });
    this.#relay = new PreviewRelay({
      ask: (port, wanted, answer) => client.preview(port, wanted, answer),
      onBlocked: (_port, reason) =>
        this.#events.emit("error", { message: sandboxMessage("preview.blocked", { reason }) }),
      pattern: place.previews,
      site: place.site,
    });
    this.#lost.catch(() => {});
  }

  /** Fetches and starts a machine; a page may have several, each takes half a gigabyte. Rejects with an Error that says what is missing. */
  static async boot(options: BootOptions = {}): Promise<Sandbox> {
    const { client, site, previews, storage } = await bootedClient(options);
    const workdir = guestPath("/root", options.workdirName ?? "project");
    const sandbox = new Sandbox(client, workdir, { site, previews, storage });
    await sandbox.fs.mkdir(workdir, { recursive: true });
    client.observe((state) => sandbox.#stateChanged(state));
    client.observePorts((ports) => sandbox.#portsChanged(ports));
    return sandbox;
  }

  /** Puts a tree, or an archive that `export(…, { format: "binary" })` made, into the working folder or a folder below it. */
  async mount(
    tree: FileSystemTree | Uint8Array | ArrayBuffer,
    options: { readonly mountPoint?: string } = {},
  ): Promise<void> {
    this.#check();
    const isTar = tree instanceof Uint8Array || tree instanceof ArrayBuffer;
    const tar = isTar ? new Blob([tree as Uint8Array<ArrayBuffer>]) : tarOfFiles(filesOfTree(tree));
    const folder = shellWord(guestPath(this.workdir, options.mountPoint ?? "."));
    const run = this.#client.runCommand({
      line: `mkdir -p -- ${folder} && exec tar -x --no-same-owner -C ${folder}`,
    });
    const fed = tar
      .stream()
      .pipeTo(run.stdin)
      .catch(() => {});
    const { code, stderr } = await run.ended;
    await fed;
    if (code !== 0) throw new Error(stderr.trim());
  }

  /** Starts a program. Its arguments are passed as they are: no shell reads them. */
  spawn(command: string, args?: readonly string[], options?: SpawnOptions): Promise<SandboxProcess>;
  spawn(command: string, options?: SpawnOptions): Promise<SandboxProcess>;
  async spawn(
    command: string,
    second?: readonly string[] | SpawnOptions,
    third?: SpawnOptions,
  ): Promise<SandboxProcess> {
    this.#check();
    const args: readonly string[] = Array.isArray(second) ? second : [];
    const options = (Array.isArray(second) ? third : (second as SpawnOptions | undefined)) ?? {};
    const { cwd = ".", env = {}, output = true, terminal } = options;
    const folder = shellWord(guestPath(this.workdir, cwd));
    const line = `cd -- ${folder} && exec ${shellWords([command, ...args])}`;
    const environment = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, String(value)]));
    if (terminal !== undefined)
      return terminalProcess(this.#client, line, {
        environment,
        size: terminal,
        wantsOutput: output,
        lost: this.#lost,
      });
    const stop = new AbortController();
    return pipedProcess(
      this.#client.runCommand({ line: `exec 2>&1; ${line}`, environment }, stop.signal),
      stop,
      output,
    );
  }

  /** The machine has stopped, or was torn down. */
  get ended(): boolean {
    return this.#ended !== undefined;
  }

  /** What is in a folder: a tree (`json`, the default), an archive for mount() (`binary`), or a `zip`. */
  export(path: string, options?: ExportOptions & { readonly format?: "json" }): Promise<FileSystemTree>;
  export(
    path: string,
    options: ExportOptions & { readonly format: "binary" | "zip" },
  ): Promise<Uint8Array<ArrayBuffer>>;
  async export(
    path: string,
    options: ExportOptions & { readonly format?: "json" | "binary" | "zip" } = {},
  ): Promise<FileSystemTree | Uint8Array<ArrayBuffer>> {
    this.#check();
    const folder = shellWord(guestPath(this.workdir, path));
    const run = this.#client.runCommand({ line: `exec tar -c -C ${folder} .` });
    return exportFiles(run, options);
  }

  /**
   * `port`: one opens or closes; `server-ready`: one opens, with the address for an iframe; `error`: the machine has stopped, or a preview
   * cannot be shown. Returns what takes the listener away.
   */
  on<Name extends keyof SandboxListeners>(event: Name, listener: SandboxListeners[Name]): () => void {
    return this.#events.on(event, listener);
  }

  /** The address for an iframe of this page that shows what a server on that port answers; "" where there is no host for previews. */
  previewUrl(port: number, target = "/"): string {
    return this.#relay.url(port, target);
  }

  /** Has an iframe with such an address load its page anew. */
  reloadPreview(frame: HTMLIFrameElement): void {
    this.#relay.reload(frame);
  }

  /** Ends the machine. Everything that is called afterwards, or waits, rejects. */
  async teardown(): Promise<void> {
    if (this.#ended !== undefined) return;
    this.#ended = new Error(sandboxMessage("ended.teardown"));
    if (this.storage.kept) await this.#client.sync();
    this.#relay.dispose();
    this.#client.end();
    this.#lose(this.#ended);
    this.#events.clear();
  }

  #check(): void {
    if (this.#ended !== undefined) throw this.#ended;
  }

  #stateChanged(state: MachineState): void {
    if (state.phase !== "failed" || this.#ended !== undefined) return;
    const reason = state.message || state.reason;
    this.#ended = new Error(sandboxMessage("ended.machine", { reason }));
    this.#lose(this.#ended);
    this.#events.emit("error", { message: this.#ended.message });
  }

  #portsChanged(ports: readonly OpenPort[]): void {
    const open = ports.map(({ port }) => port);
    const before = this.#ports;
    this.#ports = open;
    for (const port of before.filter((known) => !open.includes(known)))
      this.#events.emit("port", port, "close", this.previewUrl(port));
    for (const port of open.filter((found) => !before.includes(found))) {
      const url = this.previewUrl(port);
      this.#events.emit("port", port, "open", url);
      this.#events.emit("server-ready", port, url);
    }
  }
}
