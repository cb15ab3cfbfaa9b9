// A sandbox in Node, from the assets that the build laid out.

import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { nodePlatform } from "../worker/platform-node.ts";
import { Sandbox, type SandboxOptions } from "../worker/sandbox.ts";

const builtAssets = fileURLToPath(new URL("../.cache/assets", import.meta.url));

/** SLIPWAY_ASSETS names another folder of assets. */
export async function startNodeSandbox(
  options: SandboxOptions & {
    readonly state?: string | undefined;
    readonly engine?: string | undefined;
    readonly web?: boolean | undefined;
    readonly relay?: string | undefined;
    readonly publish?: { readonly address: string; warn(text: string): void } | undefined;
  } = {},
): Promise<Sandbox> {
  if (options.state !== undefined) mkdirSync(options.state, { recursive: true });
  const assets = process.env.SLIPWAY_ASSETS ?? builtAssets;
  const { state, engine, web, relay, publish } = options;
  return Sandbox.start(nodePlatform({ assets, state, engine, web, relay, publish }), options);
}
