import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { NodeFileArea } from "./file-area-node.ts";
import { describeFileArea } from "./testing/file-area-suite.ts";

const made: string[] = [];
afterAll(() => {
  for (const directory of made) rmSync(directory, { recursive: true, force: true });
});

describeFileArea("NodeFileArea", async () => {
  const directory = mkdtempSync(join(tmpdir(), "file-area-"));
  made.push(directory);
  return new NodeFileArea(join(directory, "not-yet-there"));
});
