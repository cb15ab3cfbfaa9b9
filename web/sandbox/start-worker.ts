// Starts the machine's worker from wherever its script lies. Browsers construct a worker only from the page's own origin; from another, a
// one-line script of the page's own imports it, which asks the other server to allow that (CORS) and nothing of the page's.
// docs/decisions/0016-embedding.md.

/** v86 looks for this in the worker's address, and then yields with scheduler.postTask where the browser has it. */
const SCHEDULING = "use-scheduling-api";

export function startWorker(script: URL): Worker {
  const options = { type: "module", name: "slipway" } as const;
  if (script.origin === self.origin) {
    const url = new URL(script);
    url.search = SCHEDULING;
    return new Worker(url, options);
  }
  const source = `import ${JSON.stringify(script.href)}; // ${SCHEDULING}`;
  // A page without an origin, as in a frame with `sandbox`, may not have modules from its own blobs.
  if (self.origin === "null")
    return new Worker(`data:text/javascript,${encodeURIComponent(source)}`, options);
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const worker = new Worker(`${url}#${SCHEDULING}`, options);
  const release = () => URL.revokeObjectURL(url);
  worker.addEventListener("message", release, { once: true });
  worker.addEventListener("error", release, { once: true });
  return worker;
}

/** Why a worker did not start, as far as a page can find out; undefined when its script is there and may be had. */
export async function workerTrouble(script: URL): Promise<"missing" | "unreachable" | undefined> {
  try {
    const response = await fetch(script, { method: "HEAD", cache: "no-store" });
    return response.ok ? undefined : "missing";
  } catch {
    return "unreachable";
  }
}
