// The engine's view of the guest's files, over the agent's operations.

import type { GuestFileStatus, GuestFiles } from "../engine/container-runtime.ts";
import { type Agent, fileStatus } from "../guest/agent.ts";
import { ArgumentReader } from "../guest/arguments.ts";
import { OperationBatch } from "../guest/operations.ts";

const READ_LIMIT_BYTES = 4 * 1024 * 1024 - 4096;

export class AgentFiles implements GuestFiles {
  readonly #agent: Agent;

  constructor(agent: Agent) {
    this.#agent = agent;
  }

  async read(path: string, options: { inRoot?: string; limitBytes?: number } = {}): Promise<Uint8Array> {
    const [content] = await this.#agent.run(
      new OperationBatch().read(options.inRoot ?? "", path, options.limitBytes ?? READ_LIMIT_BYTES),
    );
    return content!;
  }

  async write(path: string, content: string | Uint8Array, options: { mode?: number } = {}): Promise<void> {
    await this.#agent.run(new OperationBatch().write(path, content, options.mode));
  }

  async makeDirectory(path: string, options: { mode?: number } = {}): Promise<void> {
    await this.#agent.run(new OperationBatch().makeDirectory(path, options.mode));
  }

  async removeTree(path: string): Promise<void> {
    await this.#agent.run(new OperationBatch().removeTree(path));
  }

  async copyTree(from: { readonly root: string; readonly path: string }, to: string): Promise<void> {
    await this.#agent.run(new OperationBatch().copyTree(from.root, from.path, to));
  }

  async exists(path: string): Promise<boolean> {
    const [status] = await this.#agent.run(new OperationBatch().stat("", path));
    return fileStatus(status!) !== undefined;
  }

  async statuses(root: string, paths: readonly string[]): Promise<(GuestFileStatus | undefined)[]> {
    if (paths.length === 0) return [];
    const batch = new OperationBatch();
    for (const path of paths) batch.stat(root, path);
    return (await this.#agent.run(batch)).map(fileStatus);
  }

  async sizes(paths: readonly string[]): Promise<number[]> {
    if (paths.length === 0) return [];
    const batch = new OperationBatch();
    for (const path of paths) batch.treeSize(path);
    const results = await this.#agent.run(batch);
    return results.map((bytes) => new ArgumentReader(bytes).u64());
  }

  async list(path: string): Promise<string[]> {
    const [names] = await this.#agent.run(new OperationBatch().list(path));
    return new TextDecoder().decode(names).split("\0").filter(Boolean).sort();
  }

  tarOut(root: string, path: string, options?: { hollow?: boolean }): Promise<ReadableStream<Uint8Array>> {
    return this.#agent.tarOut(root, path, options);
  }

  tarIn(root: string, path: string, tar: ReadableStream<Uint8Array>): Promise<void> {
    return this.#agent.tarIn(root, path, tar);
  }
}
