// What containers leave behind on the real machine: nothing, after many in a row and after fifty at once. SLIPWAY_LEAK_ROUNDS sets how many
// are run in a row (200 for the whole count).

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NodeFileArea } from "../store/file-area-node.ts";
import { RecordStore } from "../store/record-store.ts";
import { RealMachine } from "../testing/real-machine-node.ts";

const ROUNDS = Number(process.env.SLIPWAY_LEAK_ROUNDS ?? 12);
const AT_ONCE = 50;
const PATIENCE_MS = Math.max(900_000, ROUNDS * 15_000);

/** What the worker's heap may have grown by: compiled code and caches, which have an end, but nothing for each container. */
const HEAP_SLACK_BYTES = 6 * 1024 * 1024;

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

function heapBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

let state: string;
let machine: RealMachine;
const run = (line: string) => machine.run(line);
const output = (line: string) => machine.output(line);

/** Everything of the guest that a container makes: processes (but not the kernel's own, which come and go), mounts, links, names, cgroups,
 * partitions, trees, descriptors, rules. */
const TRACES = [
  "ps -e -o comm= | grep -v -e '^kworker' -e '^ext4lazyinit$' -e '^ps$' -e '^sort$' -e '^bash$' -e '^grep$' | sort",
  "grep -v /run/slipway/netns /proc/mounts",
  "ls /sys/class/net | sed 's/^veth.*/veth/'; ls /run/slipway/netns | wc -l",
  "ls /run/netns /run/slipway/containers /run/crun",
  "find /sys/fs/cgroup -type d | sort",
  "cat /proc/partitions | grep -v loop",
  "ls /var/lib/docker/overlay2 /var/lib/docker/volumes",
  "ls /proc/1/fd | wc -l",
  "nft list table ip slipway",
  "docker ps -aq; docker volume ls; docker network ls -q | wc -l",
];

/** Once what has ended is gone, and the network namespace that is kept ready is the only one. */
async function quietTraces(): Promise<string> {
  await output(
    "until [ $(ls /run/slipway/netns | wc -l)$(ls /run/slipway/containers) = 1 ]; do sleep 0.2; done",
  );
  return output(TRACES.join("; echo; "));
}

/** The kernel takes namespaces and links apart in the background: looks again until it is as it was, and shows what is not. */
async function expectTraces(before: string): Promise<void> {
  await expect.poll(() => output(TRACES.join("; echo; ")), { timeout: 60_000, interval: 500 }).toBe(before);
}

beforeAll(async () => {
  state = await mkdtemp(join(tmpdir(), "slipway-leaks-"));
  machine = await RealMachine.start({ state });
  await output("docker pull -q busybox; docker network create own");
});

afterAll(async () => {
  await machine.end();
  await rm(state, { recursive: true, force: true });
});

const KINDS = [
  (number: number) =>
    `docker run -d --name n${number} --network own -p ${9000 + number}:80 busybox sleep 1000; docker ps -q; docker rm -f n${number}`,
  () => "docker run --rm -v /data -v named:/named busybox sh -c 'echo x > /data/x; sleep 100 & exit 3'",
  (number: number) =>
    `docker run -d --name n${number} --ipc shareable --cgroup-parent /group --health-cmd true --health-interval 100ms busybox sleep 1000; docker network connect own n${number}; docker exec n${number} true; docker network disconnect bridge n${number}; docker rm -f n${number}; rmdir /sys/fs/cgroup/group`,
  () => "docker run --rm --mount type=volume,source=named,target=/m,volume-subpath=sub busybox true",
  (number: number) =>
    `docker run --name n${number} busybox true; docker start -a n${number}; docker rm n${number}`,
  () => "docker run --rm -m 16m busybox absent",
];

describe("containers one after another", () => {
  it("leave nothing in the guest, no stream to it, and nothing in memory", { timeout: PATIENCE_MS }, async ({
    signal,
  }) => {
    await output("docker run --rm -v named:/n busybox mkdir -p /n/sub");
    const round = (number: number) => run(KINDS[number % KINDS.length]!(number));
    for (let number = 0; number < KINDS.length; number++) await round(number);
    const before = await quietTraces();
    const { channel } = machine.sandbox.machine;
    const streams = channel.streamCount;
    const heap = heapBytes();
    for (let number = 0; number < ROUNDS && !signal.aborted; number++) await round(number);
    await expectTraces(before);
    // One comes and goes while the network namespace that is kept ready is made.
    await expect.poll(() => channel.streamCount, { timeout: 60_000 }).toBeLessThanOrEqual(streams);
    const grown = heapBytes() - heap;
    console.info(`${ROUNDS} rounds: the heap had ${heap} bytes and grew by ${grown}`);
    expect(grown).toBeLessThan(HEAP_SLACK_BYTES);
  });
});

describe("fifty containers at once", () => {
  it("run, know each other by name, and go without a trace", { timeout: PATIENCE_MS }, async () => {
    const before = await quietTraces();
    const each = (command: (number: number) => string) =>
      `for n in $(seq ${AT_ONCE}); do ${command(0).replaceAll("N", "$n")} >/dev/null & done; wait`;
    await output(each(() => "docker run -d --name mN --network own busybox sleep 10000"));
    expect(await output("docker ps -q | wc -l")).toBe(String(AT_ONCE));
    expect(await output("pgrep -c -x sleep")).toBe(String(AT_ONCE));
    const found = await output(
      `docker exec m1 sh -c 'for n in $(seq ${AT_ONCE}); do nslookup -type=a m$n | grep -c "Name:.*m$n$"; done' | sort | uniq -c`,
    );
    expect(found.trim()).toBe(`${AT_ONCE} 1`);
    await output("docker rm -f $(docker ps -aq) >/dev/null");
    await expectTraces(before);
  });
});

describe("the engine's records", () => {
  it("hold only what is there", async () => {
    await output("docker volume rm named; docker network rm own");
    const records = await RecordStore.open(await new NodeFileArea(state).folder("records"));
    const kinds = (await records.list("")).map((key) => key.split("/", 1)[0]);
    expect(kinds.filter((kind) => kind === "networks")).toHaveLength(3);
    for (const kind of ["containers", "volumes", "logs"]) expect(kinds).not.toContain(kind);
  });
});
