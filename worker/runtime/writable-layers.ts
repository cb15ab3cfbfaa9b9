// The writable layers of containers on the data disk, and their removal: at once, or in a quiet moment while the disk has not filled much since the last.

import type { ContainerId } from "../engine/container-id.ts";
import type { Agent } from "../guest/agent.ts";
import { ArgumentReader } from "../guest/arguments.ts";
import { OperationBatch } from "../guest/operations.ts";
import { WRITABLE_FOLDER } from "./container-paths.ts";
import type { QuietWork } from "./quiet-work.ts";

const DATA_FOLDER = "/var/lib/docker";
const GROWTH_BYTES = 16_777_216;

export class WritableLayers {
  readonly #agent: Agent;
  /** Of this run of the machine. */
  readonly #made = new Set<string>();
  #isKnown: ((id: string) => boolean) | undefined;
  #usedWhenQuiet = 0;
  #used = 0;

  constructor(agent: Agent, quiet: QuietWork) {
    this.#agent = agent;
    quiet.always(async () => {
      await this.#removeOthers();
      await this.#lookWhenQuiet();
    });
  }

  /** A container uses its layer, which was there before or not. */
  use(id: ContainerId): void {
    this.#made.add(id);
  }

  /** Adds the disk's use to the batch, as its last operation; the result is for `noteUse`. */
  measure(batch: OperationBatch): OperationBatch {
    return batch.usedSpace(DATA_FOLDER);
  }

  noteUse(results: readonly Uint8Array[]): void {
    const last = results.at(-1);
    if (last) this.#used = new ArgumentReader(last).u64();
  }

  /** Whether what has been written since the last quiet moment may stay until the next. */
  mayWait(): boolean {
    return this.#used - this.#usedWhenQuiet <= GROWTH_BYTES;
  }

  async remove(id: string): Promise<void> {
    await this.#agent.run(new OperationBatch().removeTree(`${WRITABLE_FOLDER}/${id}`));
    this.#made.delete(id);
  }

  /** In the next quiet moment: those that an ended run of the machine left behind. */
  removeUnknown(isKnown: (id: string) => boolean): void {
    this.#isKnown = isKnown;
  }

  async #removeOthers(): Promise<void> {
    const isKnown = this.#isKnown;
    if (!isKnown) return;
    this.#isKnown = undefined;
    const [names] = await this.#agent.run(new OperationBatch().list(WRITABLE_FOLDER));
    const ids = new TextDecoder().decode(names).split("\0").filter(Boolean);
    const unknown = ids.filter((id) => !isKnown(id) && !this.#made.has(id));
    const failures = (await Promise.allSettled(unknown.map((id) => this.remove(id)))).filter(
      ({ status }) => status === "rejected",
    );
    if (failures.length > 0)
      console.error(`runtime: ${failures.length} layers of removed containers could not be removed`);
  }

  async #lookWhenQuiet(): Promise<void> {
    this.noteUse(await this.#agent.run(this.measure(new OperationBatch())));
    this.#usedWhenQuiet = this.#used;
  }
}
