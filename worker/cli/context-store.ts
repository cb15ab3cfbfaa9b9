// `docker context`: names for engines, kept among the caller's files where the real client keeps them: config.json says which is current,
// contexts/meta/SHA256-OF-NAME/meta.json what each is.

import { bytesToHex } from "../base/hex.ts";
import { readText, streamOf } from "../base/streams.ts";
import { CliError } from "./cli-error.ts";
import type { FlagValues } from "./flags.ts";
import { resolvePath } from "./resolve-path.ts";
import type { CliSession } from "./session.ts";

const LIMIT_BYTES = 1 << 20;

export interface StoredContext {
  readonly name: string;
  readonly description: string;
  readonly host: string;
}

type Json = Record<string, unknown>;

export class ContextStore {
  readonly #session: CliSession;
  readonly #folder: string;

  /** `flags`: those before the command, of which --config says where. */
  constructor(session: CliSession, flags: FlagValues) {
    this.#session = session;
    const config = flags.text("config");
    const { DOCKER_CONFIG, HOME = "/root" } = session.environment;
    const chosen = config === DEFAULT_CONFIG ? (DOCKER_CONFIG ?? `${HOME}/.docker`) : config;
    this.#folder = resolvePath(session.workingDirectory, chosen);
  }

  async currentName(): Promise<string> {
    const { currentContext } = (await this.#read(`${this.#folder}/config.json`)) ?? {};
    return typeof currentContext === "string" && currentContext !== "" ? currentContext : "default";
  }

  async use(name: string): Promise<void> {
    const path = `${this.#folder}/config.json`;
    const { currentContext: _current, ...config } = (await this.#read(path)) ?? {};
    await this.#write(path, name === "default" ? config : { ...config, currentContext: name });
  }

  async find(name: string): Promise<StoredContext | undefined> {
    const meta = await this.#read(`${await this.#metaFolder(name)}/meta.json`);
    return meta && contextOf(meta);
  }

  /** Sorted by name. */
  async list(): Promise<StoredContext[]> {
    const folder = `${this.#folder}/contexts/meta`;
    const names = (await this.#session.files.list?.(folder).catch(() => [])) ?? [];
    const found: StoredContext[] = [];
    for (const name of names) {
      const meta = /^[0-9a-f]{64}$/.test(name) ? await this.#read(`${folder}/${name}/meta.json`) : undefined;
      const context = meta && contextOf(meta);
      if (context) found.push(context);
    }
    return found.sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  async put(context: StoredContext): Promise<void> {
    await this.#write(`${await this.#metaFolder(context.name)}/meta.json`, metadataOf(context));
  }

  async remove(name: string): Promise<void> {
    const { remove } = this.#session.files;
    if (remove === undefined) throw new CliError("contexts cannot be kept here");
    await remove(await this.#metaFolder(name));
  }

  async folders(name: string): Promise<{ readonly meta: string; readonly tls: string }> {
    const meta = await this.#metaFolder(name);
    return { meta, tls: meta.replace(/\/meta\/([0-9a-f]+)$/, "/tls/$1") };
  }

  async #metaFolder(name: string): Promise<string> {
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(name));
    const hex = bytesToHex(new Uint8Array(digest));
    return `${this.#folder}/contexts/meta/${hex}`;
  }

  async #read(path: string): Promise<Json | undefined> {
    const { files } = this.#session;
    if ((await files.stat(path).catch(() => undefined))?.kind !== "file") return undefined;
    let value: unknown;
    try {
      value = JSON.parse(await readText(await files.read(path), LIMIT_BYTES));
    } catch {
      throw new CliError(`error parsing ${path}: it is not JSON`);
    }
    return typeof value === "object" && value !== null ? (value as Json) : undefined;
  }

  async #write(path: string, value: object): Promise<void> {
    const { files } = this.#session;
    const folder = path.slice(0, path.lastIndexOf("/"));
    if (files.makeDirectory === undefined) throw new CliError("contexts cannot be kept here");
    await files.makeDirectory(folder);
    await files.write(
      path,
      streamOf(new TextEncoder().encode(`${JSON.stringify(value, undefined, "\t")}\n`)),
    );
  }
}

/** What --config says when it is not given. */
export const DEFAULT_CONFIG = "/root/.docker";

/** Throws a CliError in Docker's words. */
export function checkContextName(name: string): void {
  if (name === "default") throw new CliError('"default" is a reserved context name');
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.+-]+$/.test(name))
    throw new CliError(
      `context name "${name}" is invalid, names are validated against regexp "^[a-zA-Z0-9][a-zA-Z0-9_.+-]+$"`,
    );
}

/** As the real client keeps it. */
export function metadataOf({ name, description, host }: StoredContext): Json {
  return {
    Name: name,
    Metadata: description === "" ? {} : { Description: description },
    Endpoints: { docker: { Host: host, SkipTLSVerify: false } },
  };
}

/** Undefined for what is none. */
export function contextOf({ Name, Metadata, Endpoints }: Json): StoredContext | undefined {
  const { docker } = (Endpoints ?? {}) as { docker?: { Host?: unknown } };
  const { Description } = (Metadata ?? {}) as { Description?: unknown };
  if (typeof Name !== "string" || typeof docker?.Host !== "string") return undefined;
  return { name: Name, host: docker.Host, description: typeof Description === "string" ? Description : "" };
}
