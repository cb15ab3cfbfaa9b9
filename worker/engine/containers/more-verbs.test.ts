import { describe, expect, it } from "vitest";
import { readText } from "../../base/streams.ts";
import { createNetwork } from "../networks/create-network.ts";
import { containerRequest } from "../testing/container-request.ts";
import { networkRequest } from "../testing/network-request.ts";
import { ManualClock, testEngine } from "../testing/test-engine.ts";
import { connectContainer, disconnectContainer } from "./change-networks.ts";
import { readArchive, writeArchive } from "./container-files.ts";
import { createContainer } from "./create.ts";
import { readLogs } from "./logs.ts";
import { removeContainer } from "./remove.ts";
import { startContainer } from "./start.ts";
import { sampleContainer } from "./stats.ts";
import { topContainer } from "./top.ts";
import { updateContainer } from "./update.ts";
import { waitContainer } from "./wait.ts";

type Parts = Awaited<ReturnType<typeof testEngine>>;

async function create(
  { engine }: Parts,
  cmd: string[],
  choices: Parameters<typeof containerRequest>[0] = {},
) {
  return (await createContainer(engine, containerRequest({ ...choices, config: { cmd, ...choices.config } })))
    .container;
}

async function run(parts: Parts, cmd: string[], choices: Parameters<typeof containerRequest>[0] = {}) {
  const container = await create(parts, cmd, choices);
  await startContainer(parts.engine, container.id);
  return container;
}

async function logText({ engine }: Parts, name: string): Promise<string> {
  let text = "";
  const options = {
    stdout: true,
    stderr: true,
    tail: undefined,
    sinceMs: undefined,
    untilMs: undefined,
    follow: false,
  };
  for await (const { bytes } of readLogs(engine.containers.find(name), options))
    text += new TextDecoder().decode(bytes);
  return text;
}

describe("LogArchive", () => {
  it("keeps output across a restart of the machine, and drops it with the container", async () => {
    const first = await testEngine();
    const container = await create(first, ["lines", "3"], { name: "kept" });
    const exit = waitContainer(first.engine, "kept", "next-exit");
    await startContainer(first.engine, "kept");
    await exit;
    const second = await testEngine({ records: first.records, images: first.images });
    expect(await logText(second, "kept")).toBe("line 1\nline 2\nline 3\n");
    await removeContainer(second.engine, "kept");
    expect(await first.records.list(`logs/${container.id}`)).toEqual([]);
  });

  it("keeps what a container that still runs has said two seconds ago", async () => {
    const clock = new ManualClock();
    const parts = await testEngine({ clock });
    const container = await run(parts, ["serve"]);
    while (container.log.end === 0) await new Promise((resolve) => setImmediate(resolve));
    clock.advance(2000);
    await new Promise((resolve) => setImmediate(resolve));
    expect(await parts.records.list(`logs/${container.id}`)).toHaveLength(1);
  });
});

describe("archives", () => {
  it("come out of a container that does not run, with its layers mounted meanwhile", async () => {
    const parts = await testEngine();
    const container = await create(parts, ["true"]);
    const { entries } = parts.runtime.files;
    entries.set(`${parts.runtime.rootPath(container.id)}/etc`, null);
    entries.set(`${parts.runtime.rootPath(container.id)}/etc/motd`, "hello");
    const { entry, tar } = await readArchive(parts.engine, container.id, "etc/motd");
    expect(entry).toMatchObject({ path: "motd", type: "file", sizeBytes: 5 });
    expect(await readText(tar)).toContain("hello");
    await container.mutex.run(async () => {});
    const short = container.id.slice(0, 12);
    expect(parts.runtime.calls.slice(-2)).toEqual([`mountRoot ${short}`, `cleanUp ${short}`]);
    await expect(readArchive(parts.engine, container.id, "/absent")).rejects.toThrow(
      `Could not find the file /absent in container ${container.id}`,
    );
    await startContainer(parts.engine, container.id);
  });

  it("go into volumes and running containers where these see them", async () => {
    const parts = await testEngine();
    const container = await create(parts, ["sleep"], { host: { binds: ["data:/srv", "other:/ro:ro"] } });
    const { entries } = parts.runtime.files;
    entries.set("/var/lib/docker/volumes/data/_data/a", "text");
    const { tar } = await readArchive(parts.engine, container.id, "/srv/a");
    await writeArchive(parts.engine, container.id, "/srv", tar);
    const again = await readArchive(parts.engine, container.id, "/srv/a");
    await expect(writeArchive(parts.engine, container.id, "/ro", again.tar)).rejects.toThrow(
      "marked read-only",
    );
    await startContainer(parts.engine, container.id);
    entries.set(`/proc/${container.record.state.pid}/root/tmp`, null);
    const into = await parts.runtime.files.tarOut("/var/lib/docker/volumes/data/_data", "/a");
    await writeArchive(parts.engine, container.id, "/tmp", into);
    expect(entries.get(`/proc/${container.record.state.pid}/root/tmp/a`)).toBe("text");
  });
});

describe("networks", () => {
  it("connect and disconnect containers that do not run", async () => {
    const parts = await testEngine();
    const { engine, runtime } = parts;
    await createNetwork(engine, networkRequest("own", { subnet: "10.1.0.0/24" }));
    const container = await create(parts, ["sleep"]);
    const endpoint = { aliases: [], links: [], ipAddress: "10.1.0.9", macAddress: "", gatewayPriority: -1 };
    await connectContainer(engine, "own", container.id, endpoint);
    await expect(connectContainer(engine, "own", container.id, endpoint)).rejects.toThrow(
      "already exists in network own",
    );
    await startContainer(engine, container.id);
    const [plan] = runtime.plans;
    expect(plan?.network).toMatchObject({
      endpoints: [
        { interfaceName: "eth0", address: "172.17.0.2/16", gateway: "172.17.0.1" },
        { interfaceName: "eth1", address: "10.1.0.9/24", gateway: undefined },
      ],
    });
    await removeContainer(engine, container.id, { force: true });
    const stopped = await create(parts, ["sleep"]);
    await disconnectContainer(engine, "bridge", stopped.id);
    expect(stopped.record.endpoints).toEqual({});
  });

  it("do not overlap", async () => {
    const { engine } = await testEngine();
    await expect(createNetwork(engine, networkRequest("own", { subnet: "172.17.5.0/24" }))).rejects.toThrow(
      "Pool overlaps with other one on this address space",
    );
    expect((await createNetwork(engine, networkRequest("one"))).subnet).toBe("172.18.0.0/16");
    expect((await createNetwork(engine, networkRequest("two"))).subnet).toBe("172.19.0.0/16");
    await expect(createNetwork(engine, networkRequest("two"))).rejects.toThrow(
      "network with name two already exists",
    );
  });

  it("give addresses of their range, and none that is reserved", async () => {
    const parts = await testEngine();
    const { engine, runtime } = parts;
    const network = await createNetwork(
      engine,
      networkRequest("own", {
        subnet: "10.1.0.0/24",
        ipRange: "10.1.0.128/25",
        auxiliaryAddresses: { router: "10.1.0.128", printer: "10.1.0.130" },
      }),
    );
    expect(network.gateway).toBe("10.1.0.129");
    for (const name of ["one", "two"]) await run(parts, ["sleep"], { name, host: { networkMode: "own" } });
    expect(runtime.plans.map(({ network }) => network)).toMatchObject([
      { endpoints: [{ address: "10.1.0.131/24" }] },
      { endpoints: [{ address: "10.1.0.132/24" }] },
    ]);
  });

  it("are refused with every reason when addresses do not fit", async () => {
    const { engine } = await testEngine();
    await expect(
      createNetwork(
        engine,
        networkRequest("own", {
          subnet: "10.1.0.1/24",
          ipRange: "10.2.0.0/16",
          gateway: "10.3.0.1",
          auxiliaryAddresses: { router: "x" },
        }),
      ),
    ).rejects.toThrow(
      [
        "invalid network config:",
        "invalid subnet 10.1.0.1/24: it should be 10.1.0.0/24",
        "invalid ip-range 10.2.0.0/16: CIDR block is bigger than its parent subnet 10.1.0.0/24",
        "invalid ip-range 10.2.0.0/16: parent subnet 10.1.0.0/24 doesn't contain ip-range",
        "invalid gateway 10.3.0.1: parent subnet 10.1.0.0/24 doesn't contain this address",
        "invalid auxiliary address router: invalid address",
      ].join("\n"),
    );
  });

  it("are refused when others have every address of the range", async () => {
    const { engine } = await testEngine();
    const auxiliaryAddresses = { one: "10.1.0.1", two: "10.1.0.2" };
    await expect(
      createNetwork(engine, networkRequest("own", { subnet: "10.1.0.0/30", auxiliaryAddresses })),
    ).rejects.toThrow("no available IPv4 addresses on this network's address pools");
  });

  it("that come after the container are found when it starts", async () => {
    const parts = await testEngine();
    const container = await create(parts, ["sleep"], { host: { networkMode: "later" } });
    await expect(startContainer(parts.engine, container.id)).rejects.toThrow("network later not found");
    await createNetwork(parts.engine, networkRequest("later"));
    await startContainer(parts.engine, container.id);
    expect(container.record.endpoints.later?.live?.ipAddress).toBe("172.18.0.2");
  });

  it("are not shared with the host and joined at once", async () => {
    const parts = await testEngine();
    await createNetwork(parts.engine, networkRequest("own"));
    const endpoint = { aliases: [], links: [], ipAddress: "", macAddress: "", gatewayPriority: 0 };
    for (const [networkMode, words] of [
      ["host", "container sharing network namespace with another container or host"],
      [
        "none",
        "container cannot be connected to multiple networks with one of the networks in private (none)",
      ],
    ] as const) {
      const request = { ...containerRequest({ host: { networkMode } }), endpoints: { own: endpoint } };
      const { container } = await createContainer(parts.engine, request);
      await expect(startContainer(parts.engine, container.id)).rejects.toThrow(words);
    }
  });

  it("refuse addresses and aliases that they cannot give", async () => {
    const parts = await testEngine();
    const { engine } = parts;
    await createNetwork(engine, networkRequest("own", { subnet: "10.1.0.0/24" }));
    const endpoint = { aliases: ["a"], links: [], ipAddress: "10.2.0.9", macAddress: "", gatewayPriority: 0 };
    await expect(
      createContainer(engine, { ...containerRequest({}), endpoints: { bridge: endpoint } }),
    ).rejects.toThrow(
      [
        "invalid config for network bridge: invalid endpoint settings:",
        "user specified IP address is supported on user defined networks only",
        "network-scoped alias is supported only for containers in user defined networks",
        "no configured subnet contains IP address 10.2.0.9",
      ].join("\n"),
    );
    const container = await create(parts, ["sleep"]);
    await expect(connectContainer(engine, "own", container.id, endpoint)).rejects.toThrow(
      "invalid endpoint settings:\nno configured subnet contains IP address 10.2.0.9",
    );
  });

  it("link containers of the default bridge by name", async () => {
    const parts = await testEngine();
    const { id } = await run(parts, ["sleep"], { name: "db" });
    await run(parts, ["sleep"], { host: { links: ["/db:database"] } });
    expect(parts.runtime.plans[1]?.files.find(({ name }) => name === "hosts")?.content).toContain(
      `172.17.0.2\tdatabase ${id.slice(0, 12)} db\n`,
    );
  });

  it("link no containers of the default bridge to others", async () => {
    const parts = await testEngine();
    await createNetwork(parts.engine, networkRequest("own"));
    await run(parts, ["sleep"], { name: "db", host: { networkMode: "own" } });
    await expect(run(parts, ["sleep"], { host: { links: ["db"] } })).rejects.toThrow(
      "Cannot link to /db, as it does not belong to the default network",
    );
    await create(parts, ["sleep"], { name: "idle" });
    await expect(run(parts, ["sleep"], { name: "web", host: { links: ["idle:i"] } })).rejects.toThrow(
      "Cannot link to a non running container: /idle AS /web/i",
    );
    await run(parts, ["sleep"], { host: { networkMode: "own", links: ["db:store"] } });
    expect(parts.runtime.plans.at(-1)?.files.find(({ name }) => name === "hosts")?.content).not.toContain(
      "store",
    );
  });
});

describe("topContainer()", () => {
  it("shows processes as ps -ef does", async () => {
    const parts = await testEngine();
    const container = await run(parts, ["sleep"], { name: "box" });
    const { entries } = parts.runtime.files;
    entries.set("/proc/uptime", "100.00 50.00\n");
    entries.set(
      "/proc/100/stat",
      `100 (a (b) c) S 1 100 100 34816 0 0 0 0 0 0 6000 1200 0 0 20 0 1 0 5000 ${"0 ".repeat(30)}`,
    );
    entries.set("/proc/100/status", "Name:\ta\nUid:\t7\t7\t7\t7\n");
    entries.set("/proc/100/cmdline", "sleep\0inf\0");
    expect(await topContainer(parts.engine, "box", "")).toMatchObject({
      titles: ["UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"],
      rows: [["7", "100", "1", "0", expect.stringMatching(/^\d\d:\d\d$/), "pts/0", "00:01:12", "sleep inf"]],
    });
    await expect(topContainer(parts.engine, "box", "-o comm")).rejects.toMatchObject({ code: "internal" });
    await removeContainer(parts.engine, container.id, { force: true });
  });
});

describe("sampleContainer()", () => {
  it("reads the network's counters", async () => {
    const parts = await testEngine();
    const container = await run(parts, ["sleep"]);
    parts.runtime.files.entries.set(
      `/proc/${container.record.state.pid}/net/dev`,
      "Inter-|   Receive  |  Transmit\n face |bytes packets\n    lo: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0\n  eth0: 10 2 0 0 0 0 0 0 20 3 0 0 0 0 0 0\n",
    );
    expect(await sampleContainer(parts.engine, container)).toMatchObject({
      networks: { eth0: { rxBytes: 10, rxPackets: 2, txBytes: 20, txPackets: 3 } },
    });
  });
});

describe("updateContainer()", () => {
  it("checks limits as at creation, and writes what has changed", async () => {
    const parts = await testEngine();
    const container = await run(parts, ["sleep"]);
    await expect(updateContainer(parts.engine, container.id, { memoryBytes: 1000 })).rejects.toThrow(
      "Minimum memory limit allowed is 6MB",
    );
    const memoryBytes = 64 * 1024 * 1024;
    await expect(updateContainer(parts.engine, container.id, { memoryBytes })).rejects.toThrow(
      "Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time",
    );
    await expect(
      updateContainer(parts.engine, container.id, {
        restartPolicy: { name: "sometimes" as "always", maximumRetryCount: 0 },
      }),
    ).rejects.toThrow("invalid restart policy: unknown policy 'sometimes'");
    await updateContainer(parts.engine, container.id, {
      memoryBytes,
      memorySwapBytes: 2 * memoryBytes,
      nanoCpus: 5e8,
      pidsLimit: 9,
    });
    expect(parts.runtime.written).toEqual(
      new Map([
        ["memory.max", "67108864"],
        ["cpu.max", "50000 100000"],
        ["pids.max", "9"],
      ]),
    );
    expect(container.record.host.memoryBytes).toBe(memoryBytes);
  });
});
