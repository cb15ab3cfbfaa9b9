import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCommand } from "../run-command.ts";
import { compilePython, hasCompiledPython } from "./compile-python.ts";
import { LayerFiles } from "./layer-files.ts";

const run = (program: string, args: readonly string[], options = {}) => runCommand(program, args, options);

describe("compilePython()", () => {
  it.skipIf(!existsSync("/usr/bin/python3.11"))(
    "adds compiled modules that are valid for their sources",
    async () => {
      const folder = mkdtempSync(join(tmpdir(), "python-"));
      try {
        const layer = new LayerFiles();
        const source = Buffer.from("answer = 42\n");
        layer.put(
          { path: "usr/lib/python3.11/py_compile.py", type: "file", mtimeSec: 1_700_000_000 },
          source,
        );
        layer.put(
          { path: "usr/lib/python3.11/json/__init__.py", type: "file", mtimeSec: 1_600_000_000 },
          source,
        );
        layer.put({ path: "usr/lib/python3.11/bad.py", type: "file" }, Buffer.from("def (\n"));
        await compilePython(layer, folder, run);
        expect(hasCompiledPython(layer)).toBe(true);
        const compiled = layer.get("usr/lib/python3.11/json/__pycache__/__init__.cpython-311.pyc")!;
        // PEP 552: magic, flags, the source's time and size.
        const header = Buffer.from(compiled.content);
        expect([header.readUInt32LE(4), header.readUInt32LE(8), header.readUInt32LE(12)]).toEqual([
          0, 1_600_000_000, 12,
        ]);
        expect(header.includes("/usr/lib/python3.11/json/__init__.py")).toBe(true);
        expect(layer.paths().filter((path) => path.includes("bad."))).toEqual(["usr/lib/python3.11/bad.py"]);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );

  it("leaves a layer without Python alone", async () => {
    const layer = new LayerFiles();
    layer.putText("usr/lib/python3/dist-packages/x.py", "");
    await compilePython(layer, tmpdir(), run);
    expect(layer.paths()).toEqual(["usr/lib/python3/dist-packages/x.py"]);
  });
});
