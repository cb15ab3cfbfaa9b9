// System containers: LXC's own tools in the machine, as calls.

import { shellWords } from "../app/shell-words.ts";
import { type CommandContext, type LxcContainer, listLxc, runLine } from "../panels/lxc-source.ts";

export type { LxcContainer };

export class SystemContainers {
  readonly #context: CommandContext;

  constructor(context: CommandContext) {
    this.#context = context;
  }

  list(): Promise<LxcContainer[]> {
    return listLxc(this.#context);
  }

  /** From an image of the engine: `debian`, which ships, takes some seconds. Rejects with what the tool said, as all of these. */
  async create(name: string, image = "debian"): Promise<void> {
    await this.#run("lxc-create", name, "-t", "image", "--", image);
  }

  async start(name: string): Promise<void> {
    await this.#run("lxc-start", name);
  }

  async stop(name: string): Promise<void> {
    await this.#run("lxc-stop", name);
  }

  /** `force` stops it first. */
  async destroy(name: string, options: { readonly force?: boolean } = {}): Promise<void> {
    await this.#run("lxc-destroy", ...(options.force ? ["-f"] : []), name);
  }

  /** Runs a command in it to its end; resolves with what it printed. */
  exec(name: string, argv: readonly string[]): Promise<string> {
    return this.#run("lxc-attach", name, "--", ...argv);
  }

  #run(...words: string[]): Promise<string> {
    return runLine(this.#context, `exec ${shellWords(words)}`);
  }
}
