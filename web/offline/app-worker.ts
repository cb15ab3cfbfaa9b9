// The application's service worker: one version of the page, its scripts and the machine that belongs to them, as one whole. A version is
// installed when every file of it is there and is what the build made; until then the one before goes on serving. Images are kept by
// the machine's own worker (worker/store/asset-cache.ts), which checks them itself.

import { ASSET_CACHE } from "../../worker/base/asset-cache-name.ts";
import { type RequestEvent, serviceWorker } from "../preview/service-worker-scope.ts";

/** Set by the build. `app`: paths from this script's folder, and their SHA-256 as integrity metadata. */
declare const OFFLINE_FILES: {
  readonly version: string;
  readonly app: Readonly<Record<string, string>>;
  /** What the machine needs, images apart. */
  readonly machine: Readonly<Record<string, string>>;
  /** Every name that this version may ask for in assets/. */
  readonly assets: readonly string[];
};

const { version, app, machine, assets } = OFFLINE_FILES;
const PREFIX = "slipway-app-";
const CACHE = PREFIX + version;
const BASE = new URL("./", serviceWorker.location.href).href;

/**
 * What the tab holds while a newer version takes over. The page asks for it, not this worker, and asks for nothing else (no icon): a worker
 * is only replaced when it has nothing to do. Chromium forgets to replace one that is asked for something while it ends, until the page that
 * it controls goes; hence the second load.
 */
const TAKING_OVER = `<!doctype html><title>Slipway</title><link rel="icon" href="data:,"><script>
const again = () => location.reload();
navigator.serviceWorker.addEventListener("controllerchange", again);
navigator.serviceWorker.getRegistration().then((registration) => {
  if (!registration?.waiting) return again();
  registration.waiting.postMessage("activate");
  setTimeout(again, 2000);
});
</script>`;

serviceWorker.addEventListener("install", (event) => event.waitUntil(install()));
serviceWorker.addEventListener("activate", (event) => event.waitUntil(activate()));
serviceWorker.addEventListener("message", ({ data }) => {
  if (data === "activate") void serviceWorker.skipWaiting();
});
serviceWorker.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || !url.href.startsWith(BASE)) return;
  const path = url.pathname.slice(new URL(BASE).pathname.length) || "index.html";
  if (!Object.hasOwn(app, path)) return;
  event.respondWith(event.request.destination === "document" ? page(event, path) : file(path));
});

async function install(): Promise<void> {
  const cache = await caches.open(CACHE);
  for (const path of Object.keys(app))
    if ((await sound(await cache.match(BASE + path), app[path]!)) === undefined)
      await cache.put(BASE + path, await fetched(path));
  const kept = await caches.open(ASSET_CACHE);
  for (const [name, integrity] of Object.entries(machine)) {
    const url = `${BASE}assets/${name}`;
    if ((await sound(await kept.match(url), integrity)) === undefined)
      await kept.put(url, await fetchWhole(url, integrity));
  }
}

async function activate(): Promise<void> {
  for (const name of await caches.keys())
    if (name.startsWith(PREFIX) && name !== CACHE) await caches.delete(name);
  const wanted = new Set(assets.map((name) => `${BASE}assets/${name}`));
  const kept = await caches.open(ASSET_CACHE);
  for (const { url } of await kept.keys()) if (!wanted.has(url)) await kept.delete(url);
  await serviceWorker.clients.claim();
}

/** A newer version that is whole takes over when the only tab is loaded anew. */
async function page(event: RequestEvent, path: string): Promise<Response> {
  const { waiting } = serviceWorker.registration;
  if (waiting !== null && (await openTabs()) < 2) {
    return new Response(TAKING_OVER, { headers: { "Content-Type": "text/html" } });
  }
  return file(path).catch(() => fetch(event.request));
}

async function openTabs(): Promise<number> {
  const windows = await serviceWorker.clients.matchAll({ type: "window" });
  return windows.filter(({ frameType }) => frameType !== "nested").length;
}

/** From the cache when it is sound, else from the server, checked; what is fetched replaces what was damaged. */
async function file(path: string): Promise<Response> {
  const cache = await caches.open(CACHE);
  const kept = await sound(await cache.match(BASE + path), app[path]!);
  if (kept !== undefined) return kept;
  const fresh = await fetched(path);
  await cache.put(BASE + path, fresh.clone()).catch(() => {});
  return fresh;
}

async function fetched(path: string): Promise<Response> {
  return fetchWhole(BASE + path, app[path]!);
}

/** Rejects unless the server has exactly what the build made. */
async function fetchWhole(url: string, integrity: string): Promise<Response> {
  const response = await fetch(url, { integrity, cache: "no-cache" });
  if (!response.ok) throw new Error(`${url}: HTTP ${response.status}`);
  return response;
}

async function sound(response: Response | undefined, integrity: string): Promise<Response | undefined> {
  if (response === undefined) return undefined;
  const bytes = await response.clone().arrayBuffer();
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return `sha256-${btoa(String.fromCharCode(...hash))}` === integrity ? response : undefined;
}
