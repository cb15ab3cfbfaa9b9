// Makes a BlockDevice into the object that v86 0.5.462 takes for hda and hdb (its own SyncBuffer and AsyncXHRBuffer are the
// models). v86 copies what it reads at once and has no way to report a failure: a read or DMA write that fails is left unanswered
// here, and whoever hears of it ends the command at the controller.

import type { BlockDevice } from "./block-device.ts";

/** `onload` is v86's to set. */
export interface V86Disk {
  readonly byteLength: number;
  onload: ((event: object) => void) | undefined;
  onprogress: ((event: object) => void) | undefined;
  load(): void;
  /** `signal`: the guest has given the request up, by a reset. */
  get(
    start: number,
    length: number,
    done: (bytes: Uint8Array) => void,
    options?: { readonly signal?: AbortSignal },
  ): void;
  get_and_cache(start: number, length: number, done: (bytes: Uint8Array) => void): void;
  get_from_cache(start: number, length: number): Uint8Array | undefined;
  set(start: number, bytes: Uint8Array, done: () => void): void;
  get_buffer(done: (buffer: ArrayBuffer | undefined) => void): void;
  get_state(): unknown[];
  set_state(state: unknown[]): void;
}

export interface DiskRequest {
  readonly kind: "read" | "write";
  readonly offset: number;
  readonly lengthBytes: number;
}

type OnError = (error: unknown, request: DiskRequest) => void;

/**
 * `onError` hears of each request that failed and that the guest still waits for. A snapshot holds no disk content: `get_state` is empty, and restoring leaves the
 * device as it is.
 */
export function toV86Disk(device: BlockDevice, onError: OnError): V86Disk {
  return new DeviceDisk(device, onError);
}

/** A class and not a plain object: v86's state writer prints every plain object that it meets. */
class DeviceDisk implements V86Disk {
  readonly byteLength: number;
  onload: ((event: object) => void) | undefined;
  onprogress: ((event: object) => void) | undefined;
  readonly #device: BlockDevice;
  readonly #onError: OnError;

  constructor(device: BlockDevice, onError: OnError) {
    this.byteLength = device.byteLength;
    this.#device = device;
    this.#onError = onError;
  }

  load(): void {
    this.onload?.({});
  }

  get(
    offset: number,
    lengthBytes: number,
    done: (bytes: Uint8Array) => void,
    options: { readonly signal?: AbortSignal } = {},
  ): void {
    const fail = (error: unknown) => {
      if (!options.signal?.aborted) this.#onError(error, { kind: "read", offset, lengthBytes });
    };
    let result: Uint8Array | Promise<Uint8Array>;
    try {
      result = this.#device.read(offset, lengthBytes);
    } catch (error) {
      fail(error);
      return;
    }
    // `done` runs outside the try: what goes wrong in the machine is not the disk's failure.
    if (result instanceof Uint8Array) done(result);
    else void result.then(done, fail);
  }

  get_and_cache(offset: number, lengthBytes: number, done: (bytes: Uint8Array) => void): void {
    this.get(offset, lengthBytes, done);
  }

  /** Only the partition table is ever asked for here, to guess a CHS geometry; Linux uses LBA and needs none. */
  get_from_cache(): undefined {
    return undefined;
  }

  set(offset: number, bytes: Uint8Array, done: () => void): void {
    try {
      this.#device.write(offset, bytes);
    } catch (error) {
      this.#onError(error, { kind: "write", offset, lengthBytes: bytes.byteLength });
      return;
    }
    done();
  }

  get_buffer(done: (buffer: ArrayBuffer | undefined) => void): void {
    done(undefined);
  }

  get_state(): unknown[] {
    return [];
  }

  set_state(): void {}
}
