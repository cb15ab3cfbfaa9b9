import { describe, expect, it } from "vitest";
import { createNetwork } from "../networks/create-network.ts";
import { containerRequest } from "../testing/container-request.ts";
import { networkRequest } from "../testing/network-request.ts";
import { testEngine } from "../testing/test-engine.ts";
import type { HostConfig, MountRequest } from "./container-record.ts";
import { createContainer } from "./create.ts";
import { checkLogOptions, logLimitBytes } from "./log-options.ts";
import { startContainer } from "./start.ts";
import { tmpfsOptions } from "./tmpfs-options.ts";

type Choices = Parameters<typeof containerRequest>[0];

async function started(choices: Choices, parts?: Awaited<ReturnType<typeof testEngine>>) {
  const { engine, runtime } = parts ?? (await testEngine());
  const { container } = await createContainer(
    engine,
    containerRequest({ ...choices, config: { cmd: ["serve"], ...choices.config } }),
  );
  await startContainer(engine, container.id);
  return { container, plan: runtime.plans.at(-1)!, engine, runtime };
}

const mount = (own: Partial<MountRequest>): MountRequest => ({
  type: "volume",
  source: "",
  target: "/m",
  readOnly: false,
  propagation: "",
  nonRecursive: false,
  createMountpoint: false,
  noCopy: false,
  volumeLabels: {},
  subpath: "",
  volumeDriver: "",
  volumeOptions: {},
  readOnlyNonRecursive: false,
  tmpfsSizeBytes: 0,
  tmpfsMode: 0,
  tmpfsOptions: [],
  ...own,
});

describe("choices of a host config", () => {
  it("put the cgroup below --cgroup-parent", async () => {
    const { plan, container } = await started({ host: { cgroupParent: "/my/group/" } });
    expect(plan.spec.linux.cgroupsPath).toBe(`/my/group/${container.id}`);
    await expect(started({ host: { cgroupParent: "/a/../../b" } })).rejects.toThrow("invalid cgroup parent");
  });

  it("mount a part of a volume by way of the runtime, confined to it", async () => {
    const { plan, container } = await started({
      host: { mounts: [mount({ source: "vol", subpath: "a/b" })] },
    });
    expect(plan.prepared).toEqual([
      { name: "subpath-0", kind: "path", root: "/var/lib/docker/volumes/vol/_data", path: "a/b" },
    ]);
    expect(plan.spec.mounts).toContainEqual({
      destination: "/m",
      type: "bind",
      source: `/run/slipway/containers/${container.id}/mounts/subpath-0`,
      options: ["rbind", "rw", "rprivate"],
    });
    for (const subpath of ["/a", "a/../../b"])
      await expect(started({ host: { mounts: [mount({ source: "vol", subpath })] } })).rejects.toThrow(
        "subpath must be a relative path within the volume",
      );
    await expect(started({ host: { mounts: [mount({ subpath: "a" })] } })).rejects.toThrow(
      "must not set Subpath when using anonymous volumes",
    );
  });

  it("make read-only mounts read-only with all below them, unless asked otherwise", async () => {
    const options = async (host: Partial<HostConfig>) =>
      (await started({ host })).plan.spec.mounts.find(({ destination }) => destination === "/m")?.options;
    expect(await options({ binds: ["/srv:/m:ro"] })).toEqual(["rbind", "rro", "rprivate"]);
    const bind = { type: "bind" as const, source: "/", readOnly: true };
    expect(await options({ mounts: [mount(bind)] })).toContain("rro");
    expect(await options({ mounts: [mount({ ...bind, readOnlyNonRecursive: true })] })).toContain("ro");
    expect(await options({ mounts: [mount({ ...bind, nonRecursive: true })] })).toEqual([
      "bind",
      "ro",
      "private",
    ]);
    await expect(options({ mounts: [mount({ ...bind, propagation: "sideways" })] })).rejects.toThrow(
      "invalid propagation mode: sideways",
    );
  });

  it("share memory only where a container offers it", async () => {
    const parts = await testEngine();
    const donor = await started({ name: "donor", host: { ipcMode: "shareable" } }, parts);
    expect(donor.plan.prepared).toEqual([{ name: "shm", kind: "tmpfs", options: "mode=1777,size=67108864" }]);
    const shm = `/run/slipway/containers/${donor.container.id}/mounts/shm`;
    const source = ({ plan }: typeof donor) =>
      plan.spec.mounts.find(({ destination }) => destination === "/dev/shm")?.source;
    expect(source(donor)).toBe(shm);
    expect(source(await started({ host: { ipcMode: "container:donor" } }, parts))).toBe(shm);
    await started({ name: "private" }, parts);
    await expect(started({ host: { ipcMode: "container:private" } }, parts)).rejects.toThrow(
      "non-shareable IPC (hint: use IpcMode:shareable for the donor container)",
    );
  });

  it("link by hosts and variables on the default bridge", async () => {
    const parts = await testEngine();
    await started(
      { name: "data-base", config: { exposedPorts: ["5432/tcp", "53/udp"], env: ["A=1", "PATH=/x"] } },
      parts,
    );
    const { plan } = await started({ name: "web", host: { links: ["data-base:my-db"] } }, parts);
    expect(plan.spec.process.env).toEqual(
      expect.arrayContaining([
        "MY_DB_PORT=tcp://172.17.0.2:5432",
        "MY_DB_PORT_5432_TCP_ADDR=172.17.0.2",
        "MY_DB_PORT_53_UDP=udp://172.17.0.2:53",
        "MY_DB_NAME=/web/my-db",
        "MY_DB_ENV_A=1",
      ]),
    );
    expect(plan.spec.process.env.some((entry) => entry.startsWith("MY_DB_ENV_PATH"))).toBe(false);
    expect(plan.files.find(({ name }) => name === "hosts")?.content).toMatch(/172\.17\.0\.2\tmy-db /);
    await expect(started({ host: { links: ["nobody"] } }, parts)).rejects.toThrow(
      "could not get container for nobody: No such container: nobody",
    );
  });

  it("leave variables of links out on networks with names", async () => {
    const parts = await testEngine();
    await createNetwork(parts.engine, networkRequest("own"));
    await started({ name: "db", host: { networkMode: "own" } }, parts);
    const { plan } = await started({ host: { networkMode: "own", links: ["db"] } }, parts);
    expect(plan.spec.process.env.some((entry) => entry.startsWith("DB_"))).toBe(false);
  });

  it("are refused in Docker's words where they cannot be", async () => {
    const refused: [Partial<HostConfig>, string][] = [
      [{ oomScoreAdj: 1001 }, "range for oom score adj is [-1000, 1000]"],
      [{ dns: ["here"] }, "bad nameserver address: here"],
      [{ logType: "syslog" }, "logger: no log driver named 'syslog' is registered"],
      [{ portBindings: { "80/tcp": [{ hostIp: "::1", hostPort: "" }] } }, "invalid IP address: ::1"],
      [{ tmpfs: { "/t": "size=1m,nonsense" } }, 'invalid tmpfs option ["nonsense"]'],
      [{ mounts: [mount({ volumeDriver: "nfs" })] }, 'plugin "nfs" not found'],
    ];
    for (const [host, words] of refused) await expect(started({ host })).rejects.toThrow(words);
  });
});

describe("log options", () => {
  it("say how much is kept, within the engine's own limit", () => {
    const bytes = (logOptions: Record<string, string>, logType = "json-file") =>
      logLimitBytes({ logType, logOptions });
    expect(bytes({ "max-size": "10k" })).toBe(10_240);
    expect(bytes({ "max-size": "1m", "max-file": "3" })).toBe(3 * 1_048_576);
    expect(bytes({ "max-size": "1g", "max-file": "100" })).toBe(8 * 1_048_576);
    expect(bytes({ "max-size": "1" })).toBe(1024);
    expect(bytes({})).toBe(8 * 1_048_576);
    expect(bytes({}, "local")).toBe(8 * 1_048_576);
  });

  it("are those of the driver", () => {
    const check = (logOptions: Record<string, string>, logType = "json-file") =>
      checkLogOptions({ logType, logOptions });
    check({ "max-size": "10m", "max-file": "2", tag: "x" });
    expect(() => check({ a: "b" })).toThrow("unknown log opt 'a' for json-file log driver");
    expect(() => check({ "max-size": "big" })).toThrow("invalid size: 'big'");
    expect(() => check({ "max-file": "0" })).toThrow("max-file cannot be less than 1");
    expect(() => check({ "max-file": "2" })).toThrow("cannot set max-file without max-size");
    expect(() => check({}, "constructor")).toThrow("no log driver named 'constructor'");
  });
});

describe("tmpfsOptions()", () => {
  it("puts Docker's defaults in front", () => {
    expect(tmpfsOptions(["size=1m", "exec"])).toEqual(["nosuid", "nodev", "size=1m", "exec"]);
    expect(tmpfsOptions([])).toEqual(["noexec", "nosuid", "nodev"]);
    for (const option of ["size=", "rw=1", "lowerdir=/x", "x"])
      expect(() => tmpfsOptions([option])).toThrow("invalid tmpfs option");
  });
});
