// config.json of a bundle: the engine's specification with what only the runtime knows.

import type { StartPlan } from "../engine/container-runtime.ts";
import type { OciRuntimeSpec } from "../engine/oci-runtime-spec.ts";
import { rootPath } from "./container-paths.ts";
import { compileSeccomp } from "./seccomp-filter.ts";

/** `namespacePath`: of the network namespace; undefined: the machine's own. */
export function bundleConfig(plan: StartPlan, namespacePath: string | undefined): OciRuntimeSpec {
  const spec = withCompiledSeccomp(plan.spec);
  const namespaces = spec.linux.namespaces.filter((namespace) => namespace.type !== "network");
  if (namespacePath !== undefined) namespaces.push({ type: "network", path: namespacePath });
  // The agent sets the rules for devices.
  const { devices: _, ...resources } = spec.linux.resources ?? {};
  return {
    ...spec,
    root: { ...spec.root, path: rootPath(plan.id) },
    process: onTerminal(spec.process, plan.terminal),
    linux: { ...spec.linux, resources, namespaces },
  };
}

export function onTerminal(
  process: OciRuntimeSpec["process"],
  terminal: StartPlan["terminal"],
): OciRuntimeSpec["process"] {
  if (!terminal) return { ...process, terminal: false };
  return {
    ...process,
    terminal: true,
    consoleSize: { height: terminal.rows, width: terminal.columns },
  };
}

/** The filter as a program, which crun takes as it is. It compiles itself what we cannot. */
function withCompiledSeccomp(spec: OciRuntimeSpec): OciRuntimeSpec {
  const { seccomp, ...linux } = spec.linux;
  const program = seccomp && compileSeccomp(seccomp);
  if (!program) return spec;
  const encoded = btoa(String.fromCharCode(...program));
  return { ...spec, linux, annotations: { ...spec.annotations, "run.oci.seccomp_bpf_data": encoded } };
}
