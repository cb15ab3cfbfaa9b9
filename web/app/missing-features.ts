// What a browser must have, asked before anything is fetched, so that an old one gets a sentence instead of a blank page.

export type Feature = "webassembly" | "module-workers" | "streams";

export function missingFeatures(): Feature[] {
  const missing: Feature[] = [];
  if (typeof WebAssembly !== "object") missing.push("webassembly");
  if (!hasModuleWorkers()) missing.push("module-workers");
  if (typeof WritableStream !== "function" || typeof TransformStream !== "function") missing.push("streams");
  return missing;
}

/** A browser that knows module workers reads the option `type`; one that does not never looks. */
function hasModuleWorkers(): boolean {
  if (typeof Worker !== "function") return false;
  let asked = false;
  const options: WorkerOptions = {
    get type(): WorkerType {
      asked = true;
      return "module";
    },
  };
  try {
    // The options are read before the address is found to be none, so that nothing is started.
    new Worker("http://[", options).terminate();
  } catch {
    // As expected.
  }
  return asked;
}
