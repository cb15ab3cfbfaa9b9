// The page's scripts that stand alone, each one file of classic script: service workers, and what runs on the origin of previews. They have
// fixed names, because other origins and later visits ask for them by name.

import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { build } from "vite";
import { EMBED_FILES } from "./package/embed-scripts.ts";

const WEB = resolve(import.meta.dirname, "../../web");

/** One bundled script. `define`: values that the build knows, by name. */
export async function buildScript(
  entry: string,
  define: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const result = await build({
    configFile: false,
    root: WEB,
    logLevel: "error",
    publicDir: false,
    define: Object.fromEntries(Object.entries(define).map(([name, value]) => [name, JSON.stringify(value)])),
    build: {
      write: false,
      target: "es2022",
      modulePreload: false,
      rolldownOptions: { input: join(WEB, entry), output: { format: "iife", codeSplitting: false } },
    },
  });
  const [output] = Array.isArray(result) ? result : [result];
  if (output === undefined || !("output" in output)) throw new Error(`${entry}: nothing was built`);
  return output.output[0].code;
}

const PREVIEW_PAGE = join(WEB, "preview/slipway-preview.html");

/** By file name: what the origin of previews needs. */
export async function previewFiles(): Promise<Map<string, string>> {
  const files = new Map<string, string>([
    ["slipway-preview.html", await readFile(PREVIEW_PAGE, "utf8")],
    ["slipway-preview.js", await buildScript("preview/preview-frame.ts")],
    ["slipway-preview-client.js", await buildScript("preview/preview-client.ts")],
  ]);
  const hash = createHash("sha256");
  for (const [name, text] of files) hash.update(name).update("\0").update(text);
  const version = hash.digest("hex").slice(0, 16);
  return files.set(
    "slipway-preview-worker.js",
    await buildScript("preview/preview-worker.ts", { PREVIEW_VERSION: version }),
  );
}

/** By file name: what stands in for that origin, next to the application's page, where there is none. */
export async function sandboxedPreviewFiles(): Promise<Map<string, string>> {
  const script = "slipway-preview-sandboxed.js";
  const page = await readFile(PREVIEW_PAGE, "utf8");
  const client = await buildScript("preview/sandboxed-client.ts");
  const frame = await buildScript("preview/sandboxed-frame.ts", { CLIENT_SCRIPT: withinHtml(client) });
  return new Map<string, string>([
    ["slipway-preview-sandboxed.html", page.replace("/slipway-preview.js", script)],
    [script, await buildScript("preview/sandboxed-host.ts", { FRAME_SCRIPT: withinHtml(frame) })],
  ]);
}

/** A script that stands in a page's text: what would end it there can only be in its strings. */
function withinHtml(script: string): string {
  return script.replace(/<(?=\/script|!--)/gi, "\\x3C");
}

/** The application's service worker, for a site that is otherwise complete in `folder`. */
export async function offlineWorker(folder: string): Promise<string> {
  const app: Record<string, string> = {};
  const machine: Record<string, string> = {};
  const assets: string[] = [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries.sort((one, other) => (one.name < other.name ? -1 : 1))) {
    if (!entry.isFile()) continue;
    const path = relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/");
    // The origin of previews has a worker of its own, and what other pages embed is not the application's.
    if (path === "service-worker.js" || /^slipway-preview(?!-sandboxed)/.test(path)) continue;
    if (EMBED_FILES.includes(path.split("/", 1)[0]!)) continue;
    const name = /^assets\/([^/]+)$/.exec(path)?.[1];
    if (name !== undefined) assets.push(name);
    const ofMachine = name !== undefined && /^(?:v86|snapshot|system|data-disk|library)-/.test(name);
    if (name !== undefined && name !== "machine.json" && !ofMachine) continue;
    const hash = createHash("sha256")
      .update(await readFile(join(folder, path)))
      .digest("base64");
    (ofMachine ? machine : app)[ofMachine ? name : path] = `sha256-${hash}`;
  }
  const version = createHash("sha256")
    .update(JSON.stringify([app, machine]))
    .digest("hex")
    .slice(0, 16);
  return buildScript("offline/app-worker.ts", { OFFLINE_FILES: { version, app, machine, assets } });
}
