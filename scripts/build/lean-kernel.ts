// The lean kernel that `npm run build:kernel` leaves for the next build: bzImage, config, version, packages.json.
import { existsSync } from "node:fs";
import { join } from "node:path";

/** Where it lies, below the checkout. */
export const leanKernelPlace = ".cache/lean-kernel";

export function leanKernelPath(root: string): string {
  return join(root, leanKernelPlace);
}

export function hasLeanKernel(root: string): boolean {
  return existsSync(join(leanKernelPath(root), "bzImage"));
}
