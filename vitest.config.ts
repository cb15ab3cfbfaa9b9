// Three projects: unit (seconds, no build needed), vm (the real machine in Node) and e2e (the built page in Chromium).
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["{worker,web,scripts,images}/**/*.test.ts"],
          exclude: ["**/*.vm.test.ts", "web/e2e/**", "**/node_modules/**"],
        },
      },
      {
        test: {
          name: "vm",
          include: ["worker/**/*.vm.test.ts", "scripts/**/*.vm.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["web/e2e/**/*.test.ts"],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
