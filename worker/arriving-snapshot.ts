// The packed snapshot while it comes: it is restored as its parts arrive, and runs only when all of it has been checked.

import { chunksOf } from "./base/streams.ts";
import { packedSnapshot, type SnapshotReader } from "./machine/snapshot-reader.ts";
import type { OnAssetPart } from "./platform.ts";

export class ArrivingSnapshot {
  /** Checked. */
  readonly whole: Promise<Uint8Array<ArrayBuffer>>;
  readonly #sizeBytes: number;
  readonly #arriving: Promise<SnapshotReader>;
  #heardBytes = 0;
  #cameAnew = false;

  /** Reads at once. `sizeBytes`: unpacked. */
  constructor(read: (onPart: OnAssetPart) => Promise<Uint8Array<ArrayBuffer>>, sizeBytes: number) {
    this.#sizeBytes = sizeBytes;
    let parts: ReadableStreamDefaultController<Uint8Array> | undefined;
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        parts = controller;
      },
    });
    this.#arriving = packedSnapshot(chunksOf(stream), sizeBytes);
    this.#arriving.catch(() => {}); // is told where it is awaited
    const end = (error: unknown) => {
      parts?.error(error);
      parts = undefined;
    };
    this.whole = read((part, offset) => {
      if (offset === 0 && this.#heardBytes > 0) {
        this.#cameAnew = true;
        end(new Error("a damaged copy"));
      }
      this.#heardBytes += part.byteLength;
      parts?.enqueue(part);
    });
    this.whole.then((bytes) => {
      if (this.#heardBytes === 0) parts?.enqueue(bytes);
      parts?.close();
    }, end);
  }

  /**
   * Calls `restore` with what comes, which ends only when it has been checked; and again with what has been checked, when it was a damaged copy
   * that came first. Rejects with EngineError, or with what `restore` rejects.
   */
  async restoreWith<T>(restore: (snapshot: SnapshotReader) => Promise<T>): Promise<T> {
    try {
      return await restore(await this.#arriving);
    } catch (error) {
      const whole = await this.whole;
      if (!this.#cameAnew) throw error;
      return restore(await packedSnapshot([whole], this.#sizeBytes));
    }
  }
}
