// What the machine view shows, read from the guest's own /proc: namespaces by their inode numbers, cgroups, processes.

import { containerName } from "./container-texts.ts";
import { listLxc, runLine } from "./lxc-source.ts";
import type { PanelContext } from "./panel.ts";

export const NAMESPACES = ["pid", "mnt", "net", "uts", "ipc", "cgroup", "user"] as const;
export type NamespaceName = (typeof NAMESPACES)[number];

export interface MachineProcess {
  /** As the machine sees it. */
  readonly pid: number;
  /** As the container sees it, in its innermost pid namespace. */
  readonly innerPid: number;
  readonly command: string;
}

export interface MachineTenant {
  readonly kind: "machine" | "docker" | "lxc";
  readonly name: string;
  /** Of its first process, in the machine. */
  readonly pid: number;
  readonly command: string;
  readonly cgroup: string;
  /** Inode numbers of /proc/PID/ns/*: equal numbers are one namespace. */
  readonly namespaces: Readonly<Partial<Record<NamespaceName, string>>>;
  readonly processes: readonly MachineProcess[];
}

export interface MachineFacts {
  readonly kernel: string;
  readonly processor: string;
  readonly memoryBytes: number;
  readonly availableBytes: number;
  readonly tenants: readonly MachineTenant[];
}

/** bash's own means only, so that looking costs a fork for each file of /proc at most. Lines are `KIND\tFIELDS…`. */
const SCRIPT = `
IFS= read -r version < /proc/sys/kernel/osrelease; printf 'kernel\\t%s\\n' "$version"
while IFS=: read -r key value; do case $key in 'model name'*) printf 'processor\\t%s\\n' "\${value# }"; break;; esac; done < /proc/cpuinfo
while read -r key value _; do case $key in MemTotal:|MemAvailable:) printf 'memory\\t%s\\t%s\\n' "$key" "$value";; esac; done < /proc/meminfo
describe() {
  local name pid inner
  while IFS=$'\\t' read -r key value; do
    case $key in Name:) name=$value;; Pid:) pid=$value;; NSpid:) inner=\${value##*$'\\t'};; esac
  done < "/proc/$2/status" || return
  printf 'process\\t%s\\t%s\\t%s\\t%s\\n' "$1" "$pid" "$inner" "$name"
}
for pid; do
  [ -e "/proc/$pid/status" ] || continue
  IFS=: read -r _ _ cgroup < "/proc/$pid/cgroup" 2>/dev/null || continue
  printf 'tenant\\t%s\\t%s\\n' "$pid" "$cgroup"
  [ "$pid" = 1 ] && { describe 1 1; continue; }
  shopt -s globstar nullglob
  for file in /sys/fs/cgroup"$cgroup"/**/cgroup.procs; do
    while read -r each; do describe "$pid" "$each"; done < "$file"
  done
done 2>/dev/null
set -- "\${@/#//proc/}"
stat -L -c $'namespace\\t%n\\t%i' "\${@/%//ns/pid}" "\${@/%//ns/mnt}" "\${@/%//ns/net}" "\${@/%//ns/uts}" "\${@/%//ns/ipc}" "\${@/%//ns/cgroup}" "\${@/%//ns/user}" 2>/dev/null
exit 0
`;

export async function readMachineFacts(context: PanelContext): Promise<MachineFacts> {
  const { containers } = context.docker;
  const [running, lxc] = await Promise.all([
    containers
      .list()
      .then((list) => Promise.all(list.map(({ Id }) => containers.inspect(Id).catch(() => undefined)))),
    listLxc(context),
  ]);
  const owners = [
    { kind: "machine" as const, name: "", pid: 1 },
    ...running.flatMap((details) =>
      details?.State.Running
        ? [
            {
              kind: "docker" as const,
              name: containerName({ Id: details.Id, Names: [details.Name] }),
              pid: details.State.Pid,
            },
          ]
        : [],
    ),
    ...lxc.flatMap(({ name, pid }) => (pid === undefined ? [] : [{ kind: "lxc" as const, name, pid }])),
  ];
  const pids = owners.map(({ pid }) => pid).join(" ");
  return parseMachineFacts(await runLine(context, `set -- ${pids}\n${SCRIPT}`), owners);
}

/** Any text is accepted: what is missing is left out. */
export function parseMachineFacts(
  text: string,
  owners: readonly { readonly kind: MachineTenant["kind"]; readonly name: string; readonly pid: number }[],
): MachineFacts {
  const rows = text.split("\n").map((line) => line.split("\t"));
  const textOf = (kind: string) => rows.find(([key]) => key === kind)?.[1] ?? "";
  const memory = (name: string) =>
    Number(rows.find(([kind, key]) => kind === "memory" && key === name)?.[2] ?? 0) * 1024;
  const tenants = owners.flatMap((owner): MachineTenant[] => {
    const pid = String(owner.pid);
    const tenant = rows.find(([kind, id]) => kind === "tenant" && id === pid);
    if (tenant === undefined) return [];
    const processes = rows
      .filter(([kind, id]) => kind === "process" && id === pid)
      .map(([, , outer, inner, command = ""]) => ({ pid: Number(outer), innerPid: Number(inner), command }))
      .sort((one, other) => one.pid - other.pid);
    const namespaces: Partial<Record<NamespaceName, string>> = {};
    for (const name of NAMESPACES) {
      const inode = rows.find(
        ([kind, path]) => kind === "namespace" && path === `/proc/${pid}/ns/${name}`,
      )?.[2];
      if (inode !== undefined) namespaces[name] = inode;
    }
    return [
      {
        ...owner,
        command: processes.find((process) => process.pid === owner.pid)?.command ?? "",
        cgroup: tenant[2] ?? "",
        namespaces,
        processes,
      },
    ];
  });
  return {
    kernel: textOf("kernel"),
    processor: textOf("processor"),
    memoryBytes: memory("MemTotal:"),
    availableBytes: memory("MemAvailable:"),
    tenants,
  };
}
