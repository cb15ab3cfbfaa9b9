// `--security-opt`: seccomp and no-new-privileges act, labels and AppArmor are accepted as on a host without them.

import { EngineError } from "../../base/errors.ts";
import type { OciRuntimeSpec } from "../oci-runtime-spec.ts";

type Seccomp = NonNullable<OciRuntimeSpec["linux"]["seccomp"]>;

export interface SecurityOptions {
  readonly noNewPrivileges: boolean;
  /** No masked and read-only paths. */
  readonly unconfinedPaths: boolean;
  readonly seccomp: "default" | "unconfined" | Seccomp;
}

/** Throws Docker's `invalid --security-opt` for what it does not know. */
export function parseSecurityOptions(options: readonly string[]): SecurityOptions {
  let noNewPrivileges = false;
  let unconfinedPaths = false;
  let seccomp: SecurityOptions["seccomp"] = "default";
  for (const option of options) {
    const [key = "", value] = splitOption(option);
    if (key === "no-new-privileges") noNewPrivileges = value === undefined || value === "true";
    else if (key === "systempaths" && value === "unconfined") unconfinedPaths = true;
    else if (key === "seccomp" && value !== undefined) seccomp = parseSeccomp(value);
    else if ((key !== "label" && key !== "apparmor" && key !== "writable-cgroups") || value === undefined)
      throw new EngineError("invalid-argument", `invalid --security-opt 2: "${option}"`);
  }
  return { noNewPrivileges, unconfinedPaths, seccomp };
}

function splitOption(option: string): [string, string | undefined] {
  const at = option.includes("=") ? option.indexOf("=") : option.indexOf(":");
  return at < 0 ? [option, undefined] : [option.slice(0, at), option.slice(at + 1)];
}

function parseSeccomp(value: string): SecurityOptions["seccomp"] {
  if (value === "unconfined") return "unconfined";
  if (value === "builtin" || value === "") return "default";
  try {
    return customProfile(JSON.parse(value));
  } catch (cause) {
    throw new EngineError("invalid-argument", "Decoding seccomp profile failed: not a profile", { cause });
  }
}

/** A profile in Docker's JSON. Rules bound to other architectures or to capabilities are left out. */
function customProfile(profile: unknown): Seccomp {
  if (typeof profile !== "object" || profile === null) throw new TypeError("not an object");
  const { defaultAction, defaultErrnoRet, syscalls } = profile as Record<string, unknown>;
  if (typeof defaultAction !== "string") throw new TypeError("no defaultAction");
  const rules: Seccomp["syscalls"] = [];
  for (const rule of Array.isArray(syscalls) ? (syscalls as Record<string, unknown>[]) : []) {
    const names = Array.isArray(rule.names) ? rule.names : [rule.name];
    if (typeof rule.action !== "string" || !names.every((name) => typeof name === "string"))
      throw new TypeError("a rule without names or action");
    if (hasConditions(rule.includes)) continue;
    rules.push({
      names: names as string[],
      action: rule.action,
      ...(typeof rule.errnoRet === "number" ? { errnoRet: rule.errnoRet } : {}),
      ...(Array.isArray(rule.args) && rule.args.length > 0
        ? { args: rule.args as NonNullable<Seccomp["syscalls"][number]["args"]> }
        : {}),
    });
  }
  return {
    defaultAction,
    ...(typeof defaultErrnoRet === "number" ? { defaultErrnoRet } : {}),
    architectures: ["SCMP_ARCH_X86"],
    syscalls: rules,
  };
}

function hasConditions(includes: unknown): boolean {
  return typeof includes === "object" && includes !== null && ("caps" in includes || "arches" in includes);
}
