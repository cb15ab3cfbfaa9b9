// Three projects: unit (seconds, no build needed), vm (the real machine in Node) and e2e (the built page in Chromium).
import { defineConfig } from "vitest/config";

// On a shared builder a machine may stand still for minutes: there, what fails is run once more before it counts.
const retry = process.env.CI ? 1 : 0;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          testTimeout: 30_000,
          include: ["{worker,web,scripts,images}/**/*.test.ts"],
          exclude: ["**/*.vm.test.ts", "web/e2e/**", "**/node_modules/**"],
        },
      },
      {
        test: {
          name: "vm",
          retry,
          include: ["worker/**/*.vm.test.ts", "scripts/**/*.vm.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "e2e",
          retry,
          include: ["web/e2e/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
