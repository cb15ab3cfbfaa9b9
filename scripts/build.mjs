// npm run build: sets up, builds what is missing, and makes dist/, a static site for any web server.
import { packageBin, runOrExit, tsx } from "./run-part.mjs";
import { setUp } from "./setup.mjs";

setUp("build");
runOrExit(process.execPath, tsx("build-machine.ts"));
runOrExit(process.execPath, [packageBin("vite"), "build", "--logLevel", "warn"]);
console.log("✓ dist/ is ready: any web server can serve it");
