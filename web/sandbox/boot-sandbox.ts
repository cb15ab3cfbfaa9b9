// How a sandbox of a page that embeds comes to its machine: where the files lie, whether anything is kept, and, when it does not start, why.

import type { MachineState, OutsideChoice } from "../../worker/rpc/protocol.ts";
import { isRelay, parseOutsideChoice } from "../app/outside-choice.ts";
import { SandboxClient } from "../app/sandbox-client.ts";
import { BUILD } from "./build-facts.ts";
import { sandboxMessage } from "./sandbox-messages.ts";
import { startWorker, workerTrouble } from "./start-worker.ts";

export interface BootProgress {
  readonly step: "fetching" | "restoring";
  readonly loadedBytes: number;
  /** Undefined while it is not known. */
  readonly totalBytes: number | undefined;
}

export interface BootOptions {
  /** The folder with Slipway's files: `/slipway/` of this page's origin by default. */
  readonly baseUrl?: string | URL;
  /** Name of the working folder, below /root. */
  readonly workdirName?: string;
  /**
   * Keeps what the machine writes in this browser, for this page's site: under a name, `true` for one of its own. One tab at a time; in
   * another one, and where the browser gives no storage, the machine works in memory, and `storage` says why.
   */
  readonly persist?: boolean | string;
  /** Where previews live, an origin with `*` for a label: `https://*.preview.example.com`. Not needed on loopback addresses. */
  readonly previews?: string;
  /**
   * What programs of the machine may reach outside. "": HTTP by the browser's fetch, where servers let pages read them, but not this page's
   * own host; `own-host`: that too; `off`: nothing. As Slipway's site was built when left out, without `own-host`.
   */
  readonly outside?: string;
  /** `wss://…` of a relay that speaks wisp, for everything that is TCP. Slipway's site's when left out, if it has one. */
  readonly relay?: string;
  readonly onProgress?: (progress: BootProgress) => void;
}

export interface StorageReport {
  readonly kept: boolean;
  /** Why nothing is kept though it was asked for; else "". */
  readonly reason: string;
}

export interface BootedClient {
  readonly client: SandboxClient;
  readonly site: URL;
  readonly previews: string;
  readonly storage: StorageReport;
}

export async function bootedClient(options: BootOptions): Promise<BootedClient> {
  const { persist = false, onProgress } = options;
  const outside = outsideOf(options);
  const site = folderUrl(options.baseUrl ?? "/slipway/");
  const script = new URL(BUILD.worker, site);
  const client = new SandboxClient({
    createWorker: () => startWorker(script),
    assetsUrl: new URL("assets/", site).href,
    storageName: persist === false ? undefined : persist === true ? "embed" : persist,
    // What a guest leaves behind in its host's storage is what the host has asked for.
    cacheAssets: false,
    outside,
  });
  const policy = watchPolicy();
  try {
    const reach = (storage: "keep" | "memory") => settled(client, storage, onProgress);
    const first = await reach(persist === false ? "memory" : "keep");
    const state = first.phase === "held" ? await reach("memory") : first;
    if (state.phase === "failed") throw await bootError(state, script, policy.violation());
    const status = state.phase === "ready" ? state.storage : undefined;
    const reason =
      first.phase === "held" ? sandboxMessage("boot.held") : status?.kind === "memory" ? status.reason : "";
    const storage = { kept: status?.kind === "kept", reason };
    return { client, site, previews: options.previews ?? BUILD.previews, storage };
  } catch (error) {
    client.end();
    throw error;
  } finally {
    policy.stop();
  }
}

/** The site's own host is no business of other pages, and theirs none of the site's: `own-host` is for each to say. */
function outsideOf({ outside, relay = "" }: BootOptions): OutsideChoice {
  if (relay !== "" && !isRelay(relay)) throw new Error(sandboxMessage("boot.relay", { relay }));
  if (outside !== undefined) return parseOutsideChoice(outside, relay);
  return { ...parseOutsideChoice(BUILD.outside, relay), ownHost: false };
}

function folderUrl(base: string | URL): URL {
  const url = new URL(base, document.baseURI);
  if (!url.pathname.endsWith("/")) url.pathname += "/";
  return url;
}

type Settled = Extract<MachineState, { readonly phase: "ready" | "held" | "failed" }>;

/** Starts the machine, until it runs or cannot. */
async function settled(
  client: SandboxClient,
  storage: "keep" | "memory",
  onProgress: BootOptions["onProgress"],
): Promise<Settled> {
  let begun = false;
  const outcome = new Promise<Settled>((resolve) => {
    client.observe((state) => {
      if (!begun) return;
      if (state.phase === "ready" || state.phase === "held" || state.phase === "failed") resolve(state);
      else if (state.phase === "fetching") {
        const { loadedBytes, totalBytes } = state;
        onProgress?.({ step: "fetching", loadedBytes, totalBytes });
      } else if (state.phase === "restoring")
        onProgress?.({ step: "restoring", loadedBytes: 0, totalBytes: undefined });
    });
  });
  begun = true;
  await client.start(storage);
  return outcome;
}

async function bootError(
  state: Extract<MachineState, { readonly phase: "failed" }>,
  script: URL,
  violation: SecurityPolicyViolationEvent | undefined,
): Promise<Error> {
  if (violation !== undefined)
    return new Error(
      sandboxMessage("boot.policy", {
        directive: violation.effectiveDirective,
        address: violation.blockedURI,
      }),
    );
  const trouble = state.reason === "worker" ? await workerTrouble(script) : undefined;
  const reason = state.message || state.reason;
  // What a policy forbids within the worker is told to nobody.
  if (trouble === undefined && state.reason === "worker" && script.origin !== self.origin)
    return new Error(sandboxMessage("boot.worker", { reason: `${reason}.`, origin: script.origin }));
  if (trouble === undefined) return new Error(reason);
  return new Error(sandboxMessage(`boot.${trouble}`, { version: BUILD.version, address: script.href }));
}

/** What the page's policy blocks meanwhile. */
function watchPolicy() {
  let seen: SecurityPolicyViolationEvent | undefined;
  const listen = (event: SecurityPolicyViolationEvent) => {
    if (event.disposition === "enforce") seen ??= event;
  };
  document.addEventListener("securitypolicyviolation", listen);
  return {
    violation: () => seen,
    stop: () => document.removeEventListener("securitypolicyviolation", listen),
  };
}
