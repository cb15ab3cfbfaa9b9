// Sizes, processes and figures of containers on the real machine, against what the guest's own tools say.

import { beforeAll, describe, expect, it } from "vitest";
import { readText } from "../base/streams.ts";
import { useRealMachine } from "../testing/real-machine-node.ts";

const machine = useRealMachine();
const run = (line: string) => machine().run(line);
const output = (line: string) => machine().output(line);
const ask = (method: string, path: string, query = "", headers: Record<string, string> = {}) =>
  machine().sandbox.api({ method, target: `${path}?${query}`, headers, body: null });
/** What the engine's API answers. */
const api = async (path: string, query = "") => {
  const { body } = await ask("GET", path, query);
  return JSON.parse(await readText(body!));
};

beforeAll(async () => {
  await output("docker pull -q busybox");
  await output(
    "docker run -d --name box -v data:/data busybox sh -c 'head -c 300000 /dev/zero > /file; ln /file /link; ln -s /file /soft; rm /etc/passwd; head -c 70000 /dev/zero > /data/d; sleep 100000'",
  );
  await output("until docker exec box test -s /data/d; do :; done");
});

describe("sizes", () => {
  it("count what a container has written, hard links once", async () => {
    const [listed] = await api("/containers/json", "size=1");
    expect(listed.SizeRw).toBe(300_000 + "/file".length);
    expect(listed.SizeRootFs).toBeGreaterThan(listed.SizeRw);
    const inspected = await api("/containers/box/json", "size=1");
    expect(inspected).toMatchObject({ SizeRw: listed.SizeRw, SizeRootFs: listed.SizeRootFs });
    expect((await api("/containers/box/json")).SizeRw).toBeUndefined();
    expect(await output("docker ps -s --format '{{.Size}}'")).toMatch(/^300kB \(virtual [\d.]+MB\)$/);
  });

  it("add up in system df, and are what a prune says it has freed", async () => {
    const usage = await api("/system/df");
    expect(usage.Volumes).toMatchObject([{ Name: "data", UsageData: { RefCount: 1, Size: 70_000 } }]);
    expect(usage.Containers[0].SizeRw).toBe(300_005);
    expect(await output("docker system df --format '{{.Type}} {{.Size}}'")).toMatch(
      /Containers 300kB\nLocal Volumes 70kB/,
    );
    await output(
      "docker run --name done busybox sh -c 'head -c 12345 /dev/zero > /x'; docker volume create idle; head -c 777 /dev/zero > /var/lib/docker/volumes/idle/_data/f",
    );
    expect(await output("docker container prune -f | tail -n 1")).toBe("Total reclaimed space: 12.35kB");
    expect(await output("docker volume prune -af | tail -n 1")).toBe("Total reclaimed space: 777B");
  });
});

describe("top", () => {
  it("takes the options of ps", async () => {
    const pid = await output("docker inspect -f '{{.State.Pid}}' box");
    expect(await output("docker top box")).toMatch(/^UID +PID +PPID +C +STIME +TTY +TIME +CMD\nroot +\d+ /);
    expect(await output("docker top box -o pid,user,comm")).toMatch(
      new RegExp(`^PID +USER +COMMAND\\n${pid} +root +\\S+$`),
    );
    expect((await output("docker top box aux")).split("\n")).toHaveLength(2);
    const wrong = await run("docker top box --no-such-option");
    expect(wrong.stderr).toContain("Error response from daemon: ps: error");
    expect((await run("docker top box -o comm")).stderr).toContain("Couldn't find PID field in ps output");
  });
});

describe("stats", () => {
  it("are the cgroup's own figures", async () => {
    await output(
      "docker run -d --name busy -m 48m --pids-limit 50 busybox sh -c 'head -c 5000000 /dev/zero > /f; sync; i=0; while [ $i -lt 1000 ]; do i=$((i+1)); done; wget -qO- http://172.17.0.1:1/ ; touch /done; sleep 100000'",
    );
    await output("until docker exec busy test -e /done; do :; done");
    const id = await output("docker inspect -f '{{.Id}}' busy");
    const group = `/sys/fs/cgroup/docker/${id}`;
    const before = await output(`cat ${group}/cpu.stat`);
    const stats = await api("/containers/busy/stats", "stream=0&one-shot=1");
    const after = await output(`cat ${group}/cpu.stat`);
    const usage = (text: string) => Number(/usage_usec (\d+)/.exec(text)?.[1]) * 1000;
    expect(stats.cpu_stats.cpu_usage.total_usage).toBeGreaterThanOrEqual(usage(before));
    expect(stats.cpu_stats.cpu_usage.total_usage).toBeLessThanOrEqual(usage(after));
    expect(stats.cpu_stats.cpu_usage.total_usage).toBeGreaterThan(0);
    expect(stats.memory_stats.limit).toBe(48 * 1_048_576);
    const memory = (name: string) => output(`grep '^${name} ' ${group}/memory.stat | cut -d' ' -f2`);
    expect(stats.memory_stats.stats.file).toBe(Number(await memory("file")));
    expect(stats.memory_stats.stats.inactive_file).toBeGreaterThan(0);
    expect(stats.pids_stats).toEqual({ current: 1, limit: 50 });
    const net = await output("docker exec busy cat /sys/class/net/eth0/statistics/tx_packets");
    expect(stats.networks.eth0.tx_packets).toBeGreaterThan(0);
    expect(stats.networks.eth0.tx_packets).toBeLessThanOrEqual(Number(net));
    const written = stats.blkio_stats.io_service_bytes_recursive.filter(
      (each: { op: string }) => each.op === "write",
    );
    expect(Math.max(...written.map((each: { value: number }) => each.value))).toBeGreaterThan(1_000_000);
    await output("docker rm -f busy");
  });
});

describe("detach keys", () => {
  it("let go of a terminal for clients that leave them to the engine", async () => {
    await output("docker run -dit --name tty busybox sh");
    const events = await machine().start("docker events --filter event=detach");
    const { status, connection } = await ask(
      "POST",
      "/containers/tty/attach",
      "stream=1&stdin=1&stdout=1&detachKeys=ctrl-a,x",
      { connection: "Upgrade", upgrade: "tcp" },
    );
    expect(status).toBe(101);
    const printed = readText(connection!.readable);
    const writer = connection!.writable.getWriter();
    await writer.write(new TextEncoder().encode("echo al''ive > /alive\r"));
    await output("until docker exec tty test -s /alive; do :; done");
    await writer.write(new TextEncoder().encode("\x01x"));
    expect(await printed).toContain("echo al''ive");
    await events.until(/container detach/);
    expect(await output("docker inspect -f '{{.State.Running}}' tty")).toBe("true");
    events.signal(2);
    await output("docker rm -f tty");
  });
});
