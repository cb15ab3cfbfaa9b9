// A vitest reporter that writes how many tests passed, failed and were skipped, over all projects, to the file that SLIPWAY_TEST_COUNT names.
import { writeFileSync } from "node:fs";

/** Counts over test modules; a module that failed outside of its tests (an import, a hook) counts as one failure. */
export function countTests(modules) {
  const count = { passed: 0, failed: 0, skipped: 0 };
  for (const module of modules) {
    const failedBefore = count.failed;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === "passed" || state === "failed") count[state] += 1;
      else count.skipped += 1;
    }
    if (module.state() === "failed" && count.failed === failedBefore) count.failed += 1;
  }
  return count;
}

export default class CountReporter {
  onTestRunEnd(modules) {
    const file = process.env.SLIPWAY_TEST_COUNT;
    if (file) writeFileSync(file, JSON.stringify(countTests(modules)));
  }
}
