// npm start: sets up, builds what is missing, serves the page and prints its address.
//   npm start -- [--port N] [--host ADDRESS] [--dev]      --dev: vite's development server instead of the built page
import { parseArgs } from "node:util";
import { packageBin, run, runOrExit, tsx } from "./run-part.mjs";
import { setUp } from "./setup.mjs";

let options;
try {
  options = parseArgs({
    options: { port: { type: "string" }, host: { type: "string" }, dev: { type: "boolean" } },
  }).values;
} catch (error) {
  console.error(`${error.message}\nUsage: npm start -- [--port N] [--host ADDRESS] [--dev]`);
  process.exit(2);
}

setUp("build");
runOrExit(process.execPath, tsx("build-machine.ts"));
const vite = packageBin("vite");
const where = [
  ...(options.port ? ["--port", options.port, "--strictPort"] : []),
  ...(options.host ? ["--host", options.host] : []),
];
if (options.dev) process.exit(run(process.execPath, [vite, "dev", ...where]));
runOrExit(process.execPath, [vite, "build", "--logLevel", "warn"]);
process.exit(run(process.execPath, [vite, "preview", ...where]));
