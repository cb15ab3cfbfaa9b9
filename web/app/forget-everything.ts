// Removes all that this browser keeps for the page: the machine's files, settings, caches and the service worker.

import type { SandboxClient } from "./sandbox-client.ts";

/** The page is to be loaded anew afterwards. Rejects with a RemoteError when another tab uses the machine's files. */
export async function forgetEverything(client: SandboxClient): Promise<void> {
  const { state } = client;
  const blocked =
    state.phase === "ready" && state.storage.kind === "memory" && state.storage.why === "blocked";
  if (!blocked) await client.forget();
  try {
    window.localStorage.clear();
  } catch {
    // Blocked: nothing was kept.
  }
  const ignore = () => [];
  for (const registration of (await navigator.serviceWorker?.getRegistrations().catch(ignore)) ?? [])
    await registration.unregister().catch(ignore);
  if (typeof caches === "undefined") return;
  for (const name of await caches.keys().catch(ignore)) await caches.delete(name).catch(ignore);
}
