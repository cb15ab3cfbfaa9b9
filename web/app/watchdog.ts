// Notices that a worker no longer answers. It counts its own ticks instead of the clock, so that a laptop that slept,
// a throttled background tab or a page that was itself busy is not taken for a dead worker.

export interface WatchdogOptions {
  /** Settles, either way, when the worker is alive. */
  readonly ping: () => Promise<unknown>;
  readonly onSilence: () => void;
  readonly tickMs?: number;
  /** So many ticks without an answer are silence; asked at each. */
  readonly patienceTicks?: () => number;
}

const DEFAULT_PATIENCE_TICKS = 12;

export class Watchdog {
  readonly #options: WatchdogOptions;
  readonly #timer: ReturnType<typeof setInterval>;
  #waiting = false;
  #silentTicks = 0;

  constructor(options: WatchdogOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#tick(), options.tickMs ?? 1000);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    if (this.#waiting) {
      this.#silentTicks++;
      if (this.#silentTicks < (this.#options.patienceTicks?.() ?? DEFAULT_PATIENCE_TICKS)) return;
      this.stop();
      this.#options.onSilence();
      return;
    }
    this.#waiting = true;
    this.#silentTicks = 0;
    const alive = () => {
      this.#waiting = false;
    };
    this.#options.ping().then(alive, alive);
  }
}
