// Runs a part of a command as a program of its own, with this terminal. Plain Node: it runs before anything is installed.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Runs a program in the checkout; returns its exit code. */
export function run(program, args, env = {}) {
  const result = spawnSync(program, args, { cwd: root, stdio: "inherit", env: { ...process.env, ...env } });
  if (result.error) console.error(`${program}: ${result.error.message}`);
  return result.status ?? 1;
}

/** Ends this process with the part's exit code when it fails. */
export function runOrExit(program, args, env = {}) {
  const code = run(program, args, env);
  if (code !== 0) process.exit(code);
}

/** The program of an installed npm package: "vite" is the "vite" entry of its package's bin. */
export function packageBin(name, bin = name) {
  const manifest = createRequire(join(root, "package.json")).resolve(`${name}/package.json`);
  const { bin: bins } = createRequire(import.meta.url)(manifest);
  return join(dirname(manifest), typeof bins === "string" ? bins : bins[bin]);
}

/** Arguments for Node that run a TypeScript file with tsx. */
export function tsx(script, ...args) {
  return [packageBin("tsx"), join("scripts", script), ...args];
}
