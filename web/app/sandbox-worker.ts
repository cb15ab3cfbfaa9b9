// Makes the worker that runs the machine. v86 looks for `use-scheduling-api` in its address, and then yields with
// scheduler.postTask where the browser has it, instead of bouncing through a nested worker every millisecond.

import workerUrl from "../../worker/main.ts?worker&url";

export function createSandboxWorker(): Worker {
  const url = new URL(workerUrl, document.baseURI);
  // Not `searchParams.set`: it would rewrite the query by which the development server knows a worker.
  url.search += `${url.search === "" ? "?" : "&"}use-scheduling-api`;
  return new Worker(url, { type: "module", name: "slipway" });
}
