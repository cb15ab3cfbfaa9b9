// Compiles the Python modules of an image with the build machine's own Python where it is the same version: its .pyc files are the same on
// every processor, and the machine would need minutes for them. PEP 3147 (__pycache__), PEP 552 (validation by time and size).
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { StepContext } from "../build-step.ts";
import type { LayerFiles } from "./layer-files.ts";

const version = "3.11";
const compiler = `/usr/bin/python${version}`;

const moduleCompiler = `/usr/lib/python${version}/py_compile.py`;

/** Stand in for the programs that set-up scripts compile with, once everything is compiled: they read their list of files and end. */
export const pythonCompilers: Readonly<Record<string, string>> = {
  [moduleCompiler]: 'import sys\nif "-" in sys.argv: sys.stdin.read()\n',
  "/usr/bin/py3compile": "#!/bin/sh\nexit 0\n",
};

function modules(layer: LayerFiles): string[] {
  return layer
    .paths()
    .filter(
      (path) => /^usr\/lib\/python3[\d.]*\/.*\.py$/.test(path) && layer.get(path)?.entry.type === "file",
    );
}

/** Whether compilePython() did its work. */
export function hasCompiledPython(layer: LayerFiles): boolean {
  return layer.paths().some((path) => path.endsWith(`.cpython-${version.replace(".", "")}.pyc`));
}

/** Adds the __pycache__ folders; does nothing for a layer without Python, or when this machine has another version. */
export async function compilePython(
  layer: LayerFiles,
  workDir: string,
  run: StepContext["run"],
): Promise<void> {
  const sources = modules(layer);
  if (!layer.has(moduleCompiler.slice(1)) || !existsSync(compiler)) return;
  const tree = join(workDir, "python");
  for (const path of sources) {
    const { entry, content } = layer.get(path)!;
    await mkdir(dirname(join(tree, path)), { recursive: true });
    await writeFile(join(tree, path), content);
    await utimes(join(tree, path), entry.mtimeSec, entry.mtimeSec);
  }
  const flags = ["-I", "-m", "compileall", "-q", "--invalidation-mode", "timestamp"];
  // Some modules are examples of bad syntax (lib2to3's tests): an exit code of 1 tells of those.
  await run(compiler, [...flags, "-s", tree, "-p", "/", join(tree, "usr/lib")], { allowExitCodes: [0, 1] });
  for (const entry of await readdir(tree, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith(".pyc")) continue;
    const path = join(entry.parentPath, entry.name).slice(tree.length + 1);
    const source = join(dirname(dirname(path)), entry.name.replace(/\.cpython-\d+\.pyc$/, ".py"));
    const mtimeSec = layer.get(source)?.entry.mtimeSec ?? 0;
    layer.put({ path: dirname(path), type: "directory", mode: 0o755, mtimeSec });
    layer.put({ path, type: "file", mode: 0o644, mtimeSec }, await readFile(join(tree, path)));
  }
}
