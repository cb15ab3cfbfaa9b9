// npm run bench -- [--json] [--node] [--page]
// Measures the machine in Node (SLIPWAY_ASSETS, else what the build laid out) and the built page in Chromium (SLIPWAY_SITE, else
// dist/), and prints a table with the targets. It is for a calm machine: what else runs is in the numbers.

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { builtSite } from "../../web/e2e/site.ts";
import { formatMeasurements } from "./format-measurements.ts";
import { formatMachineFacts, machineFacts, readMachineAssets } from "./machine-facts.ts";
import { measureNode } from "./measure-node.ts";
import { measurePage } from "./measure-page.ts";
import { meetsTarget } from "./measurement.ts";
import { type BenchResults, collectParts, type RunPart } from "./run-part.ts";

const ASSETS = process.env.SLIPWAY_ASSETS ?? fileURLToPath(new URL("../../.cache/assets", import.meta.url));

function options() {
  const { values } = parseArgs({
    options: { json: { type: "boolean" }, node: { type: "boolean" }, page: { type: "boolean" } },
  });
  const both = !values.node && !values.page;
  return {
    json: values.json === true,
    node: both || values.node === true,
    page: both || values.page === true,
  };
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function measureSite(part: RunPart, snapshot: string): Promise<void> {
  const site = await builtSite();
  const assets = await readMachineAssets(join(site, "assets"));
  if (assets.snapshot.sha256 !== snapshot)
    say(
      "The built page has another machine than the one measured in Node: npm run build brings them together.",
    );
  await measurePage(part, site, assets.kernel.lean);
}

async function main(): Promise<number> {
  const { json, node, page } = options();
  const assets = await readMachineAssets(ASSETS);
  const facts = machineFacts(assets);
  const results: BenchResults = { measurements: [], failures: [] };
  const part = collectParts(results, (name) => say(`measuring: ${name}`));
  const all = (name: string, measure: () => Promise<void>) => part(name, () => measure().then(() => []));
  if (node) await all("Node", () => measureNode(part));
  if (page) await all("Chromium", () => measureSite(part, assets.snapshot.sha256));
  if (json) {
    const measurements = results.measurements.map((found) => ({ ...found, met: meetsTarget(found) }));
    console.log(JSON.stringify({ machine: facts, measurements, failures: results.failures }, undefined, 2));
  } else {
    console.log(`${formatMachineFacts(facts)}\n\n${formatMeasurements(results.measurements)}`);
    for (const failure of results.failures) console.log(`\n${failure.part} failed: ${failure.message}`);
  }
  return results.failures.length === 0 ? 0 : 1;
}

process.exit(await main());
