// A package of the build machine whose files go into what is built: the firmware, the C library that is linked in.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { PackageRecord } from "./extract-packages.ts";

const runFile = promisify(execFile);

/** Rejects when it is not installed. */
export async function installedPackage(name: string): Promise<PackageRecord> {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own placeholders.
  const format = "${Version}\n${source:Package}=${source:Version}";
  const { stdout } = await runFile("dpkg-query", ["--show", `--showformat=${format}`, name]);
  const [version = "", source = ""] = stdout.split("\n");
  return { name, version, source };
}
