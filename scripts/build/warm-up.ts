// What the machine does once before its snapshot is taken: the network that all containers share, and every tool run once, so that
// what the first command needs is in memory already. Then what need not be in the snapshot is let go.

import { readText } from "../../worker/base/streams.ts";
import type { LayerDisk } from "../../worker/disk/layer-disk.ts";
import type { ContainerId } from "../../worker/engine/container-id.ts";
import type { OciRuntimeSpec } from "../../worker/engine/oci-runtime-spec.ts";
import type { Agent } from "../../worker/guest/agent.ts";
import { heldShell, LOGIN_ENVIRONMENT, loginShell } from "../../worker/guest/login-shell.ts";
import { OperationBatch } from "../../worker/guest/operations.ts";
import { CrunRuntime } from "../../worker/runtime/crun.ts";
import { NAT_RULES } from "../../worker/runtime/port-forwards.ts";

/** Runs a shell command in the guest. Rejects with its errors when it fails. */
async function shell(agent: Agent, command: string): Promise<string> {
  const shellProcess = await agent.spawn({
    argv: ["sh", "-c", command],
    environment: { ...LOGIN_ENVIRONMENT, TERM: "xterm" },
  });
  const [output, errors, { code }] = await Promise.all([
    readText(shellProcess.stdout),
    readText(shellProcess.stderr!),
    shellProcess.exited,
  ]);
  if (code !== 0) throw new Error(`Warm-up: "${command}" ended with ${code}: ${errors}${output}`);
  return output;
}

async function setUpNetwork(agent: Agent): Promise<void> {
  await agent.run(
    new OperationBatch()
      .addBridge("docker0", "172.17.0.1/16")
      .addBridge("lxcbr0", "10.0.3.1/24")
      .write("/run/slipway/nat.nft", NAT_RULES)
      .write("/proc/sys/net/ipv4/conf/all/route_localnet", "1"),
  );
  // Packets within one bridge need no firewall, and would meet the rule that keeps bridges apart.
  await shell(agent, "echo 0 > /proc/sys/net/bridge/bridge-nf-call-iptables 2>/dev/null || true");
  await shell(agent, "ip link set lo up && nft -f /run/slipway/nat.nft && rm /run/slipway/nat.nft");
}

/**
 * Who wakes up waits until the running process pauses or its slice ends. On one processor, and one whose context switches are dear, that
 * makes a pipe or a terminal three times as fast; a slice is a few milliseconds. And a page fault maps four pages around it, not
 * sixteen: programs that run for some milliseconds touch few of them (docker run: 5 % fewer instructions; with one page fewer still, but
 * more faults, and more time). What the kernel would look after twice a second, though nothing happens, waits a minute.
 */
async function tuneKernel(agent: Agent): Promise<void> {
  await shell(
    agent,
    "mount -t debugfs debugfs /sys/kernel/debug && " +
      "echo NO_WAKEUP_PREEMPTION > /sys/kernel/debug/sched/features && " +
      "echo 16384 > /sys/kernel/debug/fault_around_bytes && umount /sys/kernel/debug",
  );
  await shell(
    agent,
    "cd /proc/sys/vm; for setting in compaction_proactiveness=0 stat_interval=60; do " +
      "[ ! -e ${setting%=*} ] || echo ${setting#*=} > ${setting%=*} || exit 1; done",
  );
}

/** The terminals of a new mount are as enlargeTerminalBlocks() has them; those that the agent has mounted at the start may be older. */
async function mountTerminalsAnew(agent: Agent): Promise<void> {
  const options = "nosuid,noexec,mode=620,gid=5,ptmxmode=666";
  await shell(agent, `umount /dev/pts && mount -t devpts -o ${options} devpts /dev/pts`);
}

const WARM_UP_ID = "0".repeat(64) as ContainerId;

function warmUpSpec(command: string[]): OciRuntimeSpec {
  return {
    ociVersion: "1.0.2",
    process: { user: { uid: 0, gid: 0 }, args: command, env: ["PATH=/bin"], cwd: "/" },
    root: { path: "", readonly: false },
    hostname: "warm-up",
    mounts: [
      { destination: "/proc", type: "proc", source: "proc" },
      { destination: "/dev", type: "tmpfs", source: "tmpfs" },
      {
        destination: "/dev/pts",
        type: "devpts",
        source: "devpts",
        options: ["newinstance", "ptmxmode=0666"],
      },
    ],
    linux: {
      namespaces: (["pid", "ipc", "uts", "mount", "cgroup"] as const).map((type) => ({ type })),
      cgroupsPath: `/docker/${WARM_UP_ID}`,
      resources: {
        devices: [{ allow: true, access: "rwm" }],
        memory: { limit: 64 * 1024 * 1024 },
        pids: { limit: 100 },
        cpu: { quota: 100_000, period: 100_000 },
      },
      seccomp: {
        defaultAction: "SCMP_ACT_ALLOW",
        architectures: ["SCMP_ARCH_X86"],
        syscalls: [{ names: ["reboot"], action: "SCMP_ACT_ERRNO" }],
      },
    },
  };
}

async function runContainer(agent: Agent, layerDisk: LayerDisk): Promise<void> {
  const runtime = new CrunRuntime(agent, layerDisk);
  await shell(agent, `mkdir -p ${runtime.writablePath(WARM_UP_ID)}/upper/bin`);
  await shell(agent, `cp /usr/bin/busybox ${runtime.writablePath(WARM_UP_ID)}/upper/bin/sh`);
  const endpoint = {
    bridge: "docker0",
    interfaceName: "eth0",
    macAddress: "02:42:ac:11:00:02",
    address: "172.17.0.2/16",
    gateway: "172.17.0.1",
  };
  for (const terminal of [undefined, { columns: 80, rows: 24 }]) {
    const process = await runtime.start({
      id: WARM_UP_ID,
      layers: [],
      spec: warmUpSpec(["/bin/sh", "-c", "read line; exit 7"]),
      network: { kind: "private", endpoints: [endpoint], forwards: [] },
      files: [],
      terminal,
      openStdin: true,
    });
    const writer = process.stdin!.getWriter();
    await writer.write(new TextEncoder().encode("\n"));
    const output = readText(process.stdout);
    if (process.stderr) await readText(process.stderr);
    const { exitCode } = await process.exited;
    if (exitCode !== 7) throw new Error(`Warm-up: a container ended with ${exitCode}: ${await output}`);
    await runtime.cleanUp(WARM_UP_ID);
  }
  await runtime.removeWritable(WARM_UP_ID);
  await runtime.letGo();
}

/** A shell as a terminal starts it, until its prompt. */
async function runLoginShell(agent: Agent): Promise<void> {
  const process = await agent.spawn(loginShell({ columns: 80, rows: 24 }));
  const writer = process.stdin!.getWriter();
  await writer.write(new TextEncoder().encode("ls --color=auto / >/dev/null; exit\r"));
  await readText(process.stdout);
  await process.exited;
}

/** Until it has stopped itself. */
async function holdLoginShell(agent: Agent): Promise<void> {
  const pid = await agent.hold(heldShell());
  await shell(agent, `until grep -q '^State:.T' /proc/${pid}/status; do sleep 0.1; done`);
}

const TOOLS = [
  "ip addr; ip route; bridge link",
  "ps aux; ls -la /; cat /proc/meminfo; grep -r root /etc/passwd; sed --version",
  "lxc-ls -f; lxc-info --version; lxc-attach --version; lxc-start --version",
  "docker --version || true",
];

/**
 * All but `keptKiB`, by the buffer of a program: the kernel clears that in huge pages; one that has none wants a 256th for page tables
 * and more. Also the first 16 MiB, which the kernel would keep for old devices: what the boot loader left there does not compress. With less than some megabytes left the kernel gives up its page cache.
 */
async function fillFreeMemory(agent: Agent, keptKiB: number): Promise<void> {
  const script = [
    "cd /proc/sys/vm; reserve=$(cat lowmem_reserve_ratio); kept=$(cat min_free_kbytes)",
    "echo 1000000 1000000 0 0 > lowmem_reserve_ratio; echo 256 > min_free_kbytes",
    "tables=0; [ -d /sys/kernel/mm/transparent_hugepage ] || tables=256",
    `free=$(awk -v tables=$tables '/^MemFree/ {print $2 - ${keptKiB} - (tables ? int($2 / tables) : 0)}' /proc/meminfo)`,
    "dd if=/dev/zero of=/dev/null bs=${free}K count=1 2>/dev/null",
    "filled=$?; echo $kept > min_free_kbytes; echo $reserve > lowmem_reserve_ratio; exit $filled",
  ];
  await shell(agent, script.join("; "));
}

/** The next login shell is a machine's first again, which welcomes people. */
const FORGET_SHELL = "rm -f /root/.bash_history /run/slipway-welcomed";
const READ_AHEAD = "/sys/block/sda/queue/read_ahead_kb";

/** Leaves the machine ready for its snapshot. */
export async function warmUp(agent: Agent, layerDisk: LayerDisk): Promise<void> {
  await setUpNetwork(agent);
  await tuneKernel(agent);
  await mountTerminalsAnew(agent);
  // In place of the data disk, which no snapshot may have seen. (An overlay's upper layer cannot be on the root, itself an overlay.)
  await shell(agent, "mount -t tmpfs tmpfs /var/lib/docker");
  await runContainer(agent, layerDisk);
  await runLoginShell(agent);
  for (const tool of TOOLS) await shell(agent, `(${tool}) >/dev/null 2>&1; true`);
  // Caches go, and free memory is filled with zeros, which pack to nothing; then what the first commands touch comes back into the caches,
  // without what lies around it; then what those commands have left in memory is filled, gently enough for the caches to stay.
  await shell(agent, `${FORGET_SHELL}; sync; echo 3 > /proc/sys/vm/drop_caches; echo 0 > ${READ_AHEAD}`);
  await fillFreeMemory(agent, 1536);
  await runContainer(agent, layerDisk);
  await runLoginShell(agent);
  await shell(agent, `umount /var/lib/docker; ${FORGET_SHELL}; echo 128 > ${READ_AHEAD}`);
  await holdLoginShell(agent);
  await fillFreeMemory(agent, 32 * 1024);
}
