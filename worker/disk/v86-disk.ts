// Makes a BlockDevice into the object that v86 0.5.462 takes for hda and hdb (its own SyncBuffer and AsyncXHRBuffer are the
// models). v86 copies what it reads at once and never reports failure to the guest: a read or DMA write that fails is left
// unanswered, so the guest's driver times out, resets the drive, asks again and in the end fails the request with EIO.

import type { BlockDevice } from "./block-device.ts";

/** `onload` is v86's to set. */
export interface V86Disk {
  readonly byteLength: number;
  onload: ((event: object) => void) | undefined;
  onprogress: ((event: object) => void) | undefined;
  load(): void;
  get(start: number, length: number, done: (bytes: Uint8Array) => void): void;
  get_and_cache(start: number, length: number, done: (bytes: Uint8Array) => void): void;
  get_from_cache(start: number, length: number): Uint8Array | undefined;
  set(start: number, bytes: Uint8Array, done: () => void): void;
  get_buffer(done: (buffer: ArrayBuffer | undefined) => void): void;
  get_state(): unknown[];
  set_state(state: unknown[]): void;
}

/**
 * `onError` hears of each request that failed. A snapshot holds no disk content: `get_state` is empty, and restoring leaves the
 * device as it is.
 */
export function toV86Disk(
  device: BlockDevice,
  onError: (error: unknown, request: { kind: "read" | "write"; offset: number; lengthBytes: number }) => void,
): V86Disk {
  const get = (offset: number, lengthBytes: number, done: (bytes: Uint8Array) => void): void => {
    const fail = (error: unknown) => onError(error, { kind: "read", offset, lengthBytes });
    let result: Uint8Array | Promise<Uint8Array>;
    try {
      result = device.read(offset, lengthBytes);
    } catch (error) {
      fail(error);
      return;
    }
    // `done` runs outside the try: what goes wrong in the machine is not the disk's failure.
    if (result instanceof Uint8Array) done(result);
    else void result.then(done, fail);
  };
  return {
    byteLength: device.byteLength,
    onload: undefined,
    onprogress: undefined,
    load() {
      this.onload?.({});
    },
    get,
    get_and_cache: get,
    // Only the partition table is ever asked for here, to guess a CHS geometry; Linux uses LBA and needs none.
    get_from_cache: () => undefined,
    set(offset, bytes, done) {
      try {
        device.write(offset, bytes);
      } catch (error) {
        onError(error, { kind: "write", offset, lengthBytes: bytes.byteLength });
        return;
      }
      done();
    },
    get_buffer(done) {
      done(undefined);
    },
    get_state: () => [],
    set_state: () => {},
  };
}
