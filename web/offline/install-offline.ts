// Has the service worker installed, so that the application and its machine are there without a network.

/** After the machine runs, and not at once: what it fetches must not slow down the first commands. */
const AFTER_READY_MS = 10_000;

export class OfflineInstall {
  #asked = false;

  /** The machine is ready. */
  later(): void {
    window.setTimeout(() => void this.now().catch(() => {}), AFTER_READY_MS);
  }

  /** Resolves when everything is there; rejects where the browser has no service workers for this page, or a file cannot be fetched. */
  async now(): Promise<void> {
    if (import.meta.env.MODE !== "production" || !("serviceWorker" in navigator)) return;
    const registration = await navigator.serviceWorker.register(
      new URL("service-worker.js", document.baseURI),
    );
    // A page that stays open for days hears of a new version, too.
    if (!this.#asked) {
      this.#asked = true;
      document.addEventListener("visibilitychange", () => {
        if (document.visibilityState === "visible") void registration.update().catch(() => {});
      });
    }
    const worker = registration.installing ?? registration.active;
    if (worker === null || worker.state === "activated") return;
    await new Promise<void>((resolve, reject) => {
      worker.addEventListener("statechange", () => {
        if (worker.state === "activated" || worker.state === "installed") resolve();
        else if (worker.state === "redundant") reject(new Error("not everything could be fetched"));
      });
    });
  }
}
