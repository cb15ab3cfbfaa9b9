// npm run build:lib: sets up, builds what is missing, and makes dist-lib/, the npm package.
import { packageBin, runOrExit, tsx } from "./run-part.mjs";
import { setUp } from "./setup.mjs";

setUp("build");
runOrExit(process.execPath, tsx("build-machine.ts"));
runOrExit(process.execPath, [packageBin("typescript", "tsc"), "-b"]);
runOrExit(process.execPath, tsx("build-lib.ts"));
