// Sums up what a pull or load says of each of its layers.

import type { WireProgress } from "../../worker/rpc/docker-wire.ts";
import type { TaskProgress } from "./task-list.ts";

export class PullProgress {
  readonly #layers = new Map<string, { current: number; total: number }>();

  add({ id, status, stream, progressDetail }: WireProgress): TaskProgress {
    const { current, total } = progressDetail ?? {};
    const known = id === undefined ? undefined : this.#layers.get(id);
    // Downloading and extracting are told one after the other: the first counts, it is what takes the time.
    if (
      id !== undefined &&
      total !== undefined &&
      total > 0 &&
      (known === undefined || status === "Downloading")
    )
      this.#layers.set(id, { current: Math.max(known?.current ?? 0, Math.min(current ?? 0, total)), total });
    else if (known !== undefined && /complete|exists/i.test(status ?? "")) known.current = known.total;
    const text = (stream ?? status ?? "").trim();
    const detail = id === undefined || status === undefined ? text : `${id}: ${status}`;
    const doneBytes = sum([...this.#layers.values()].map((layer) => layer.current));
    const totalBytes = sum([...this.#layers.values()].map((layer) => layer.total));
    return { ...(detail === "" ? {} : { detail }), ...(totalBytes > 0 ? { doneBytes, totalBytes } : {}) };
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
