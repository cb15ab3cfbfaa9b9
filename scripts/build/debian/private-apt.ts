// Debian packages of i386 on a machine of any kind: apt with folders, sources and architecture of its own.
// The machine's apt configuration is read for mirrors and never changed. What was resolved is kept, so that a warm cache works offline.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Mutex } from "../../../worker/base/mutex.ts";
import { CommandError, runCommand } from "../run-command.ts";
import { type DebianSource, machineSources } from "./machine-mirrors.ts";

const release = "bookworm";
const resolutionMaxAgeMs = 7 * 24 * 3600 * 1000;

export interface DebianPackage {
  readonly name: string;
  readonly version: string;
  /** Its file's name in the archive folder. */
  readonly file: string;
}

export interface SourceFile {
  readonly uri: string;
  readonly file: string;
  /** As apt gives it: "SHA256:hex" and the like. */
  readonly hash: string;
}

export interface PackageRequest {
  /** Names, with what they depend on. */
  readonly packages: readonly string[];
  /** Left out together with what only they need: apt is told that they are there already. */
  readonly without?: readonly string[];
}

/** The mirror no longer has what was resolved before; the kept resolutions are dropped, so building again resolves anew. */
export class StaleResolutionError extends Error {}

export class PrivateApt {
  readonly #folder: string;
  readonly #say: (line: string) => void;
  readonly #mutex = new Mutex();
  readonly #lock: () => Promise<() => Promise<void>>;
  #updated = false;
  #offline = false;
  #transport: string | undefined;

  /** `lock` keeps other processes out of `folder` until what it resolves to is called. */
  constructor(folder: string, say: (line: string) => void, lock: () => Promise<() => Promise<void>>) {
    this.#folder = folder;
    this.#say = say;
    this.#lock = lock;
  }

  get #archives(): string {
    return join(this.#folder, "archives");
  }

  /** Where a package's .deb lies once downloaded. */
  archivePath(pkg: DebianPackage): string {
    return join(this.#archives, pkg.file);
  }

  /** Names, versions and files of packages and all they depend on, sorted by name. */
  resolve(request: PackageRequest): Promise<DebianPackage[]> {
    return this.#kept(["packages", ...request.packages, "without", ...(request.without ?? [])], async () => {
      const status = (request.without ?? []).map(
        (name) =>
          `Package: ${name}\nStatus: install ok installed\nArchitecture: i386\nMulti-Arch: foreign\nVersion: 999:1\nMaintainer: none\n`,
      );
      const args = ["install", "--yes", "--print-uris", ...request.packages];
      const output = await this.#apt("apt-get", args, status.join("\n"));
      const packages = [...output.matchAll(/^'[^']*' (\S+)_(\S+)_(\S+)\.deb /gm)].map(
        ([, name = "", version = "", arch = ""]) => ({
          name,
          version: decodeURIComponent(version),
          file: `${name}_${version}_${arch}.deb`,
        }),
      );
      return packages.sort((a, b) => (a.name < b.name ? -1 : 1));
    });
  }

  /** Names of all packages that Debian marks as essential. */
  essentialPackages(): Promise<string[]> {
    return this.#kept(["essential"], async () => {
      const available = await this.#apt("apt-cache", ["dumpavail"]);
      const names = available
        .split("\n\n")
        .filter((paragraph) => /^Essential: yes$/m.test(paragraph))
        .map((paragraph) => /^Package: (.*)$/m.exec(paragraph)?.[1] ?? "");
      return [...new Set(names)].sort();
    });
  }

  /** The files of a source package. */
  resolveSource(name: string): Promise<SourceFile[]> {
    return this.#kept(["source", name], async () => {
      const output = await this.#apt("apt-get", ["source", "--download-only", "--print-uris", name]);
      return [...output.matchAll(/^'([^']*)' (\S+) \d+ (\S+)$/gm)].map(
        ([, uri = "", file = "", hash = ""]) => ({
          uri,
          file,
          hash,
        }),
      );
    });
  }

  /** Fetches what is not there yet; apt checks signatures and hashes. Returns paths in the order given. */
  async download(packages: readonly DebianPackage[], logFile?: string): Promise<string[]> {
    await this.#alone(async () => {
      const missing = packages.filter((pkg) => !existsSync(this.archivePath(pkg)));
      if (missing.length === 0) return;
      const partial = join(this.#folder, "fetching");
      await mkdir(partial, { recursive: true });
      await this.#fetch(["download", ...missing.map((p) => `${p.name}=${p.version}`)], partial, logFile);
      for (const file of await readdir(partial)) {
        if (file.endsWith(".deb")) await rename(join(partial, file), join(this.#archives, file));
      }
      await rm(partial, { recursive: true });
    });
    return packages.map((pkg) => this.archivePath(pkg));
  }

  /** Fetches a source package into the archive folder and returns the path of its .dsc. */
  async downloadSource(name: string, files: readonly SourceFile[], logFile?: string): Promise<string> {
    const folder = join(this.#archives, `source-${name}`);
    await this.#alone(async () => {
      await mkdir(folder, { recursive: true });
      if (files.every(({ file }) => existsSync(join(folder, file)))) return;
      await this.#fetch(["source", "--download-only", name], folder, logFile);
    });
    const description = files.find(({ file }) => file.endsWith(".dsc"));
    if (!description) throw new Error(`Source package ${name} has no .dsc file`);
    return join(folder, description.file);
  }

  #alone<T>(task: () => Promise<T>): Promise<T> {
    return this.#mutex.run(async () => {
      const unlock = await this.#lock();
      try {
        return await task();
      } finally {
        await unlock();
      }
    });
  }

  async #fetch(args: readonly string[], cwd: string, logFile: string | undefined): Promise<void> {
    try {
      await this.#update();
      await this.#apt("apt-get", args, "", { cwd, ...(logFile === undefined ? {} : { logFile }) });
    } catch (cause) {
      if (cause instanceof CommandError && /404|Can't find a source|was not found/.test(cause.tail)) {
        await rm(join(this.#folder, "resolved"), { recursive: true, force: true });
        throw new StaleResolutionError("The Debian mirror has moved on to newer packages", { cause });
      }
      throw cause;
    }
  }

  /** What was resolved lately, for all requests alike: packages of one build are to come from one state of the mirror. */
  async #kept<T>(request: readonly string[], resolve: () => Promise<T[]>): Promise<T[]> {
    const name = createHash("sha256").update(JSON.stringify(request)).digest("hex").slice(0, 24);
    const folder = join(this.#folder, "resolved");
    const path = join(folder, `${name}.json`);
    return this.#alone(async () => {
      await this.#dropOldResolutions(folder);
      if (existsSync(path)) return JSON.parse(await readFile(path, "utf8")) as T[];
      await this.#update();
      const resolved = await resolve();
      if (resolved.length === 0) throw new Error(`apt resolved nothing for ${request.join(" ")}`);
      await writeFile(path, JSON.stringify(resolved, undefined, 1));
      return resolved;
    });
  }

  async #dropOldResolutions(folder: string): Promise<void> {
    const since = join(folder, "since");
    const ageMs = await stat(since).then(
      (s) => Date.now() - s.mtimeMs,
      () => undefined,
    );
    if (ageMs !== undefined && ageMs < resolutionMaxAgeMs) return;
    if (ageMs !== undefined) {
      try {
        await this.#update();
      } catch {
        if (!this.#offline)
          this.#say("! The Debian mirror does not answer: using the package versions of the last build");
        this.#offline = true;
        return;
      }
    }
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await writeFile(since, "");
  }

  /** Reads the package lists, once a build. The release itself must be there; updates and security may be missing. */
  async #update(): Promise<void> {
    if (this.#updated) return;
    const sources = machineSources(release);
    if (sources[0]?.suite !== release) {
      throw new Error(
        `No apt source for Debian 12 (${release}, component main) in /etc/apt/sources.list or sources.list.d`,
      );
    }
    for (const folder of [
      "lists/partial",
      "none/partial",
      "archives",
      "etc/apt.conf.d",
      "etc/preferences.d",
    ]) {
      await mkdir(join(this.#folder, folder), { recursive: true });
    }
    for (let count = sources.length; count > 0; count -= 1) {
      await this.#configure(sources.slice(0, count));
      try {
        await this.#apt("apt-get", ["update", "--error-on=any"]);
        this.#updated = true;
        return;
      } catch (cause) {
        const last = sources[count - 1]!;
        if (count === 1) throw cause;
        this.#say(
          `! Debian's ${last.suite} for i386 cannot be read now (${reason(cause)}): going on without it`,
        );
      }
    }
  }

  async #configure(sources: readonly DebianSource[]): Promise<void> {
    const stanzas = sources.map((source) => {
      const signed = source.signedBy ? `Signed-By: ${source.signedBy}\n` : "";
      return `Types: deb deb-src\nURIs: ${source.uri}\nSuites: ${source.suite}\nComponents: main\n${signed}`;
    });
    await writeFile(join(this.#folder, "etc", "debian.sources"), stanzas.join("\n"));
  }

  async #machineTransport(): Promise<string> {
    this.#transport ??= transportSettings((await runCommand("apt-config", ["dump"])).toString("utf8"));
    return this.#transport;
  }

  async #apt(
    program: string,
    args: readonly string[],
    status = "",
    options: { cwd?: string; logFile?: string } = {},
  ): Promise<string> {
    const folder = this.#folder;
    await writeFile(join(folder, "status"), status);
    // apt prints no address of what it has already: its own archive folder stays empty, and ours is not apt's.
    const config = `${await this.#machineTransport()}
Dir::State "${folder}";
Dir::State::Lists "${folder}/lists";
Dir::State::status "${folder}/status";
Dir::State::extended_states "${folder}/extended_states";
Dir::Cache "${folder}";
Dir::Cache::archives "${folder}/none";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
Dir::Etc::parts "${folder}/etc/apt.conf.d";
Dir::Etc::preferencesparts "${folder}/etc/preferences.d";
Dir::Etc::preferences "/dev/null";
Dir::Etc::sourcelist "${folder}/etc/debian.sources";
Dir::Etc::sourceparts "-";
APT::Architecture "i386";
APT::Architectures { "i386"; };
APT::Install-Recommends "false";
APT::Sandbox::User "";
Acquire::Languages "none";
Acquire::Retries "2";
Debug::NoLocking "1";
`;
    const configFile = join(folder, "apt.conf");
    await writeFile(configFile, config);
    const output = await runCommand(program, args, { ...options, env: { APT_CONFIG: configFile } });
    return output.toString("utf8");
  }
}

/** Settings of the machine that say how to reach a mirror (proxies, timeouts), without those that say what to fetch or run. */
function transportSettings(dump: string): string {
  const unwanted = /^Acquire::(IndexTargets|Languages|GzipIndexes|CompressionTypes|Changelogs)/;
  return dump
    .split("\n")
    .filter((line) => line.startsWith("Acquire::") && !unwanted.test(line))
    .join("\n");
}

function reason(cause: unknown): string {
  const text = cause instanceof CommandError ? cause.tail : String(cause);
  return /unexpected size|Hash Sum mismatch/.test(text) ? "its index is out of step" : "it does not answer";
}
