// `--security-opt`: seccomp and no-new-privileges act, labels and AppArmor are accepted as on a host without them.

import { EngineError } from "../../base/errors.ts";
import type { OciRuntimeSpec } from "../oci-runtime-spec.ts";
import { customSeccomp } from "./custom-seccomp.ts";

type Seccomp = NonNullable<OciRuntimeSpec["linux"]["seccomp"]>;

export interface SecurityOptions {
  readonly noNewPrivileges: boolean;
  /** No masked and read-only paths. */
  readonly unconfinedPaths: boolean;
  readonly seccomp: "default" | "unconfined" | Seccomp;
}

/** `capabilities`: the container's. Throws Docker's `invalid --security-opt` for what it does not know. */
export function parseSecurityOptions(
  options: readonly string[],
  capabilities: readonly string[],
): SecurityOptions {
  let noNewPrivileges = false;
  let unconfinedPaths = false;
  let seccomp: SecurityOptions["seccomp"] = "default";
  for (const option of options) {
    const [key = "", value] = splitOption(option);
    if (key === "no-new-privileges") noNewPrivileges = value === undefined || value === "true";
    else if (key === "systempaths" && value === "unconfined") unconfinedPaths = true;
    else if (key === "seccomp" && value !== undefined) seccomp = parseSeccomp(value, capabilities);
    else if ((key !== "label" && key !== "apparmor" && key !== "writable-cgroups") || value === undefined)
      throw new EngineError("invalid-argument", `invalid --security-opt 2: "${option}"`);
  }
  return { noNewPrivileges, unconfinedPaths, seccomp };
}

function splitOption(option: string): [string, string | undefined] {
  const at = option.includes("=") ? option.indexOf("=") : option.indexOf(":");
  return at < 0 ? [option, undefined] : [option.slice(0, at), option.slice(at + 1)];
}

function parseSeccomp(value: string, capabilities: readonly string[]): SecurityOptions["seccomp"] {
  if (value === "unconfined") return "unconfined";
  if (value === "builtin" || value === "") return "default";
  try {
    return customSeccomp(JSON.parse(value), capabilities);
  } catch (cause) {
    throw new EngineError("invalid-argument", "Decoding seccomp profile failed: not a profile", { cause });
  }
}
