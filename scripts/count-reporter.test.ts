import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "..");

/** Runs vitest over one test file and returns what the reporter counted. */
function count(test: string): unknown {
  const folder = mkdtempSync(join(tmpdir(), "count-"));
  try {
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    writeFileSync(join(folder, "a.test.mjs"), `import { it } from "vitest";\n${test}`);
    const reporter = join(root, "scripts/count-reporter.mjs");
    const vitest = join(root, "node_modules/vitest/vitest.mjs");
    try {
      execFileSync(process.execPath, [vitest, "run", "--root", folder, `--reporter=${reporter}`], {
        cwd: folder,
        stdio: "ignore",
        env: { PATH: process.env.PATH ?? "", SLIPWAY_TEST_COUNT: join(folder, "count.json") },
      });
    } catch {
      // tests failed, as they should
    }
    return JSON.parse(readFileSync(join(folder, "count.json"), "utf8"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("CountReporter", () => {
  it("counts passed, failed and skipped tests", () => {
    const test = `it("a", () => {}); it("b", () => { throw new Error(); }); it.skip("c", () => {}); it.todo("d");`;
    expect(count(test)).toEqual({ passed: 1, failed: 1, skipped: 2 });
  });

  it("counts a file that cannot be loaded as a failure", () => {
    expect(count(`throw new Error("broken");`)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
}, 60_000);
