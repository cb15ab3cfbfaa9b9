// A timer that keeps no program alive: in Node a pending one does, in a browser none.

/** Of setTimeout or setInterval. */
export function unrefTimer(timer: unknown): void {
  (timer as { unref?: () => void }).unref?.();
}
