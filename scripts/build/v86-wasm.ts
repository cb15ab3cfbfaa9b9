// Where the emulator's own program is: the pinned package's.
import { createRequire } from "node:module";

export function v86WasmPath(): string {
  return createRequire(import.meta.url).resolve("v86/build/v86.wasm");
}
