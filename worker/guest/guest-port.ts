// The console port as the channel sees it: bytes out of the guest, and into it only as far as the guest has buffers.

import type { Dispose } from "../base/disposables.ts";

export interface GuestPort {
  /** Bytes that the guest wrote, in order. The listener may keep them. */
  onBytes(listener: (bytes: Uint8Array) => void): Dispose;
  /** Sends at most one buffer (GUEST_BUFFER_BYTES). False, and nothing is sent, when the guest has posted none: try again later. */
  send(bytes: Uint8Array): boolean;
}
