// Makes dist-lib/, the npm package, of what the machine's build and the compiler have left, and checks it as its users' tools will see it.

import { join, relative, resolve } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { writePackage } from "./build/package/write-package.ts";

const project = resolve(import.meta.dirname, "..");
const folder = resolve(project, process.env.SLIPWAY_PACKAGE ?? "dist-lib");

await writePackage(folder, {
  assets: resolve(project, process.env.SLIPWAY_ASSETS ?? ".cache/assets"),
  written: join(project, "node_modules/.cache/types"),
});
const { messages, pkg } = await publint({ pkgDir: folder, level: "suggestion", strict: true });
for (const message of messages) process.stderr.write(`publint: ${formatMessage(message, pkg!)}\n`);
if (messages.length > 0) process.exitCode = 1;
else process.stdout.write(`✓ ${relative(process.cwd(), folder)}/ is ready: npm pack or npm publish it\n`);
