// In `--mode fake`, takes the place of app/sandbox-worker.ts: no machine, but a stand-in that behaves like one towards
// the page. `?fake=SCENARIO` in the page's address chooses how it behaves.

export function createSandboxWorker(): Worker {
  const scenario = new URLSearchParams(location.search).get("fake") ?? "";
  return new Worker(new URL("./fake-sandbox-worker.ts", import.meta.url), { type: "module", name: scenario });
}
