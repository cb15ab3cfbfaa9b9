// A seccomp profile in Docker's JSON as the runtime spec's filter: rules bound to capabilities, architectures and kernels count only where
// those are what the container has.

import type { OciRuntimeSpec } from "../oci-runtime-spec.ts";

type Seccomp = NonNullable<OciRuntimeSpec["linux"]["seccomp"]>;
type Rule = Seccomp["syscalls"][number];
type Argument = NonNullable<Rule["args"]>[number];
type Json = Readonly<Record<string, unknown>>;

/** What profiles call 32-bit x86. */
const ARCHITECTURE = "x86";
const KERNEL = [6, 1] as const;
const MOST_RULES = 4096;
const MOST_NAMES = 1024;
const MOST_ARGUMENTS = 6;

/** `capabilities`: the container's, `CAP_CHOWN` …. Throws TypeError for what is no profile. */
export function customSeccomp(profile: unknown, capabilities: readonly string[]): Seccomp {
  const { defaultAction, defaultErrnoRet, syscalls } = object(profile, "the profile");
  if (typeof defaultAction !== "string" || defaultAction === "") throw new TypeError("no defaultAction");
  const rules = list(syscalls, MOST_RULES).map((rule) => object(rule, "a rule"));
  return {
    defaultAction,
    ...(typeof defaultErrnoRet === "number" ? { defaultErrnoRet } : {}),
    architectures: ["SCMP_ARCH_X86"],
    syscalls: rules.filter((rule) => applies(rule, capabilities)).map(readRule),
  };
}

function applies(rule: Json, capabilities: readonly string[]): boolean {
  const includes = object(rule.includes ?? {}, "includes");
  const excludes = object(rule.excludes ?? {}, "excludes");
  const excludedArches = texts(excludes.arches);
  const includedArches = texts(includes.arches);
  return (
    !excludedArches.includes(ARCHITECTURE) &&
    !texts(excludes.caps).some((name) => capabilities.includes(name)) &&
    !(excludes.minKernel !== undefined && kernelReaches(excludes.minKernel)) &&
    (includedArches.length === 0 || includedArches.includes(ARCHITECTURE)) &&
    texts(includes.caps).every((name) => capabilities.includes(name)) &&
    (includes.minKernel === undefined || kernelReaches(includes.minKernel))
  );
}

/** `4.8`: whether the machine's kernel is that or later. */
function kernelReaches(version: unknown): boolean {
  const match = typeof version === "string" ? /^(\d{1,4})\.(\d{1,4})$/.exec(version) : null;
  if (!match) throw new TypeError("minKernel is no version");
  const [major, minor] = [Number(match[1]), Number(match[2])];
  return KERNEL[0] > major || (KERNEL[0] === major && KERNEL[1] >= minor);
}

function readRule(rule: Json): Rule {
  const names = Array.isArray(rule.names) ? rule.names : [rule.name];
  if (typeof rule.action !== "string" || names.length > MOST_NAMES)
    throw new TypeError("a rule without action");
  const args = list(rule.args, MOST_ARGUMENTS).map((each) => readArgument(object(each, "an argument")));
  return {
    names: texts(names),
    action: rule.action,
    ...(typeof rule.errnoRet === "number" ? { errnoRet: rule.errnoRet } : {}),
    ...(args.length > 0 ? { args } : {}),
  };
}

function readArgument({ index, value, valueTwo, op }: Json): Argument {
  if (typeof index !== "number" || typeof value !== "number" || typeof op !== "string")
    throw new TypeError("an argument without index, value or op");
  return { index, value, ...(typeof valueTwo === "number" ? { valueTwo } : {}), op };
}

function object(value: unknown, what: string): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new TypeError(`${what} is not an object`);
  return value as Json;
}

function list(value: unknown, most: number): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || value.length > most) throw new TypeError("not a list, or too long a one");
  return value;
}

function texts(value: unknown): string[] {
  const each = list(value, MOST_NAMES);
  if (!each.every((text) => typeof text === "string")) throw new TypeError("not a list of names");
  return each as string[];
}
