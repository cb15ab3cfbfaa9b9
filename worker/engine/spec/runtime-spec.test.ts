import { describe, expect, it } from "vitest";
import { createContainer } from "../containers/create.ts";
import { startContainer } from "../containers/start.ts";
import { containerRequest } from "../testing/container-request.ts";
import { testEngine } from "../testing/test-engine.ts";
import { ALL_CAPABILITIES, DEFAULT_CAPABILITIES } from "./capabilities.ts";
import { mergeEnvironment } from "./runtime-spec.ts";

async function specOf(...choices: Parameters<typeof containerRequest>) {
  const { engine, runtime } = await testEngine();
  const { container } = await createContainer(engine, containerRequest(...choices));
  await startContainer(engine, container.id);
  const [plan] = runtime.plans;
  if (!plan) throw new Error("nothing was started");
  return { plan, spec: plan.spec, calls: runtime.calls, id: container.id };
}

describe("runtimeSpec()", () => {
  it("gives Docker's defaults with one call of the runtime", async () => {
    const { plan, spec, calls, id } = await specOf({ config: { cmd: ["serve"] } });
    expect(calls).toEqual(["createBridge docker0 172.17.0.1/16", `start ${id.slice(0, 12)}`]);
    expect(spec.process.env).toEqual(["PATH=/bin", `HOSTNAME=${id.slice(0, 12)}`]);
    expect(spec.process.cwd).toBe("/");
    expect(spec.process.user).toEqual({ uid: 0, gid: 0 });
    expect(new Set(spec.process.capabilities?.bounding)).toEqual(new Set(DEFAULT_CAPABILITIES));
    expect(spec.process.capabilities?.inheritable).toEqual([]);
    expect(spec.linux.namespaces.map(({ type }) => type).sort()).toEqual([
      "cgroup",
      "ipc",
      "mount",
      "network",
      "pid",
      "uts",
    ]);
    expect(spec.linux.maskedPaths).toContain("/proc/kcore");
    expect(spec.linux.readonlyPaths).toContain("/proc/sys");
    expect(spec.linux.cgroupsPath).toBe(`/docker/${id}`);
    expect(spec.mounts.find((mount) => mount.destination === "/dev/shm")?.options).toContain("size=67108864");
    expect(spec.mounts.find((mount) => mount.destination === "/etc/hosts")?.source).toBe(
      `/run/slipway/containers/${id}/hosts`,
    );
    expect(plan.network).toEqual({
      kind: "private",
      endpoints: [
        {
          bridge: "docker0",
          interfaceName: "eth0",
          macAddress: "02:42:ac:11:00:02",
          address: "172.17.0.2/16",
          gateway: "172.17.0.1",
        },
      ],
      forwards: [],
    });
    expect(plan.files.find(({ name }) => name === "hosts")?.content).toContain(
      `172.17.0.2\t${id.slice(0, 12)}\n`,
    );
  });

  it("takes system calls away that need a capability the container has not", async () => {
    const plain = (await specOf({ config: { cmd: ["true"] } })).spec.linux.seccomp;
    const allowed = plain?.syscalls.find((rule) => rule.action === "SCMP_ACT_ALLOW" && !rule.args)?.names;
    expect(allowed).toContain("openat");
    expect(allowed).toContain("chroot");
    expect(allowed).not.toContain("mount");
    expect(allowed).not.toContain("keyctl");
    expect(plain?.syscalls.find((rule) => rule.names.includes("clone3"))).toMatchObject({ errnoRet: 38 });
    const admin = (await specOf({ config: { cmd: ["true"] }, host: { capAdd: ["sys_admin"] } })).spec.linux
      .seccomp;
    expect(admin?.syscalls[0]?.names).toContain("mount");
    expect(admin?.syscalls.some((rule) => rule.action === "SCMP_ACT_ERRNO")).toBe(false);
  });

  it("gives everything to a privileged container", async () => {
    const { spec } = await specOf({ config: { cmd: ["true"] }, host: { privileged: true } });
    expect(spec.process.capabilities?.effective).toEqual([...ALL_CAPABILITIES]);
    expect(spec.linux.seccomp).toBeUndefined();
    expect(spec.linux.maskedPaths).toEqual([]);
    expect(spec.linux.readonlyPaths).toEqual([]);
    expect(spec.linux.resources?.devices).toEqual([{ allow: true, access: "rwm" }]);
    expect(spec.mounts.find((mount) => mount.type === "sysfs")?.options).toContain("rw");
  });

  it("adds, drops and leaves capabilities", async () => {
    const { spec } = await specOf({
      config: { cmd: ["true"] },
      host: { capDrop: ["ALL"], capAdd: ["net_admin", "CAP_CHOWN"] },
    });
    expect(spec.process.capabilities?.bounding).toEqual(["CAP_CHOWN", "CAP_NET_ADMIN"]);
  });

  it("limits memory, processor and processes", async () => {
    const { spec } = await specOf({
      config: { cmd: ["true"] },
      host: { memoryBytes: 32 * 1024 * 1024, nanoCpus: 500_000_000, pidsLimit: 20 },
    });
    expect(spec.linux.resources).toMatchObject({
      memory: { limit: 33_554_432 },
      cpu: { quota: 50_000, period: 100_000 },
      pids: { limit: 20 },
    });
  });

  it("starts a non-root user without effective capabilities, and asks the guest for names only", async () => {
    const { spec, calls } = await specOf({ config: { cmd: ["true"], user: "1000:1000" } });
    expect(spec.process.user).toEqual({ uid: 1000, gid: 1000 });
    expect(spec.process.capabilities?.effective).toEqual([]);
    expect(spec.process.capabilities?.bounding).toContain("CAP_CHOWN");
    expect(calls.some((call) => call.startsWith("mountRoot"))).toBe(false);
  });

  it("puts the init first, and terminals with their size", async () => {
    const { plan, spec } = await specOf({
      config: { cmd: ["true"], tty: true },
      host: { init: true, consoleSize: { columns: 132, rows: 43 } },
    });
    expect(spec.process.args).toEqual(["/sbin/docker-init", "--", "true"]);
    expect(spec.mounts.find((mount) => mount.destination === "/sbin/docker-init")).toMatchObject({
      source: "/usr/lib/slipway/init",
    });
    expect(plan.terminal).toEqual({ columns: 132, rows: 43 });
    expect(spec.process.env).toContain("TERM=xterm");
  });

  it("shares the machine's namespaces where asked", async () => {
    const { plan, spec } = await specOf({
      config: { cmd: ["true"] },
      host: { networkMode: "host", pidMode: "host", ipcMode: "host", utsMode: "host", cgroupnsMode: "host" },
    });
    expect(spec.linux.namespaces).toEqual([{ type: "mount" }]);
    expect(spec.hostname).toBeUndefined();
    expect(plan.network).toEqual({ kind: "host" });
  });

  it("mounts parents before children, a user's choice instead of a default", async () => {
    const { spec } = await specOf({
      config: { cmd: ["true"] },
      host: {
        binds: ["/data/b:/a/b/c", "/data/a:/a:ro", "/data/hosts:/etc/hosts"],
        tmpfs: { "/dev/shm": "size=1m" },
      },
    });
    const order = spec.mounts.map(({ destination }) => destination);
    expect(order.indexOf("/a")).toBeLessThan(order.indexOf("/a/b/c"));
    expect(order.filter((destination) => destination === "/etc/hosts")).toHaveLength(1);
    expect(spec.mounts.find(({ destination }) => destination === "/etc/hosts")?.source).toBe("/data/hosts");
    expect(spec.mounts.filter(({ destination }) => destination === "/dev/shm")).toEqual([
      {
        destination: "/dev/shm",
        type: "tmpfs",
        source: "tmpfs",
        options: ["noexec", "nosuid", "nodev", "size=1m"],
      },
    ]);
    expect(spec.mounts.find(({ destination }) => destination === "/a")?.options).toContain("rro");
  });
});

describe("mergeEnvironment()", () => {
  it("replaces in place and removes names without a value", () => {
    expect(mergeEnvironment(["A=1", "B=2", "C=3"], ["B=x=y", "C", "D="])).toEqual(["A=1", "B=x=y", "D="]);
  });
});
