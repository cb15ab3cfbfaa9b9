// The lean kernel that `npm run build:kernel` leaves for the next build: .cache/lean-kernel/{bzImage,version,packages.json}.
import { existsSync } from "node:fs";
import { join } from "node:path";

/** Its folder below the checkout, or undefined when none was compiled. */
export async function leanKernelFolder(root: string): Promise<string | undefined> {
  const folder = join(root, ".cache", "lean-kernel");
  return existsSync(join(folder, "bzImage")) ? folder : undefined;
}
