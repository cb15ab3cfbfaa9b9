// npm test: sets up, builds what is missing, runs every test. The last line is "N passed, N failed", with ", N skipped" when some were.
//   npm test -- [ARGUMENTS FOR VITEST]
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageBin, run, tsx } from "./run-part.mjs";
import { setUp } from "./setup.mjs";

setUp("build", "tests");

const folder = mkdtempSync(join(tmpdir(), "slipway-test-"));
const countFile = join(folder, "count.json");

function readCount() {
  try {
    return JSON.parse(readFileSync(countFile, "utf8"));
  } catch {
    return { passed: 0, failed: 0, skipped: 0 };
  }
}

const vite = packageBin("vite");
const vitest = packageBin("vitest");
let code =
  run(process.execPath, tsx("build-machine.ts")) ||
  run(process.execPath, [vite, "build", "--logLevel", "warn"]) ||
  run(
    process.execPath,
    [
      vitest,
      "run",
      "--reporter=default",
      "--reporter=./scripts/count-reporter.mjs",
      ...process.argv.slice(2),
    ],
    { SLIPWAY_TEST_COUNT: countFile },
  );
const count = readCount();
rmSync(folder, { recursive: true });
// A build that fails, an error outside of tests, or no test at all: none of them may look like success.
if (code === 0 && count.passed === 0) code = 1;
if (code !== 0 && count.failed === 0) count.failed = 1;
const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : "";
console.log(`${count.passed} passed, ${count.failed} failed${skipped}`);
process.exit(code);
