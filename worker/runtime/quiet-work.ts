// What the guest does while nothing waits for it: a second after the last start or end of a container, or when much has gathered.

import { EngineError, messageOf } from "../base/errors.ts";
import { unrefTimer } from "../base/unref-timer.ts";

type Work = () => Promise<void>;

interface Task {
  readonly work: Work;
  running?: Promise<void>;
}

/** So long no container started or ended. */
const QUIET_MS = 1000;
/** What waits in the guest costs it about 100 KB each. */
const MAX_PENDING = 32;

export class QuietWork {
  readonly #tasks = new Map<string, Task>();
  readonly #standing: Work[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #catchingUp: Promise<void> = Promise.resolve();

  /** A container starts or ends: what is pending waits anew. */
  postpone(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => {
        this.#catchingUp = this.#catchingUp.then(() => this.#catchUp());
      },
      this.#tasks.size >= MAX_PENDING ? 0 : QUIET_MS,
    );
    unrefTimer(this.#timer);
  }

  /** After what is pending for the same key, also when that fails. */
  put(key: string, work: Work): void {
    const before = this.#tasks.get(key);
    const both = async () => {
      if (before) await run(before).catch(report);
      await work();
    };
    this.#tasks.set(key, { work: both });
    this.postpone();
  }

  /** Comes after the pending work in each quiet moment. */
  always(work: Work): void {
    this.#standing.push(work);
    this.postpone();
  }

  isPending(key: string): boolean {
    return this.#tasks.has(key);
  }

  /** Does the pending work of the key now. Rejects as that does. */
  async settle(key: string): Promise<void> {
    const task = this.#tasks.get(key);
    if (!task) return;
    try {
      await run(task);
    } finally {
      if (this.#tasks.get(key) === task) this.#tasks.delete(key);
    }
  }

  /** Does all that is pending now, and nothing more until something is put or postponed. */
  async settleAll(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#catchingUp;
    await this.#settlePending();
  }

  async #catchUp(): Promise<void> {
    await this.#settlePending();
    for (const work of this.#standing) await work().catch(report);
  }

  async #settlePending(): Promise<void> {
    for (const key of [...this.#tasks.keys()]) await this.settle(key).catch(report);
  }
}

function run(task: Task): Promise<void> {
  task.running ??= task.work();
  return task.running;
}

/** But not that the machine has ended, with all that was to be done in it. */
function report(error: unknown): void {
  if (error instanceof EngineError && error.code === "unavailable") return;
  console.error(`runtime: ${messageOf(error)}`);
}
