// What is put off to a quiet moment, on the real machine: the disk does not fill meanwhile, a container starts again at once, and what a run
// of the machine did not come to is done by the next.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RealMachine } from "../testing/real-machine-node.ts";

let state: string;
let machine: RealMachine;
const output = (line: string) => machine.output(line);

beforeAll(async () => {
  state = await mkdtemp(join(tmpdir(), "slipway-quiet-"));
  machine = await RealMachine.start({ state });
  await output("docker pull -q busybox");
});

afterAll(async () => {
  await machine.end();
  await rm(state, { recursive: true, force: true });
});

describe("the end of a container", () => {
  it("leaves a loop that writes much with the room of two of its containers", {
    timeout: 120_000,
  }, async () => {
    const [one, runs] = [32, 5];
    const used = "df -m --output=used /var/lib/docker | tail -n 1";
    const write = `docker run --rm busybox dd if=/dev/zero of=/large bs=1M count=${one} 2>/dev/null`;
    const after = await output(`${used}; for n in $(seq ${runs}); do ${write}; ${used}; done`);
    const [before = 0, ...seen] = after.split("\n").map(Number);
    expect(seen).toHaveLength(runs);
    expect(Math.max(...seen)).toBeLessThan(before + 2.5 * one);
  });

  it("leaves it ready to start again, to be read, changed and removed", { timeout: 120_000 }, async () => {
    await expect.poll(() => output("ls /var/lib/docker/overlay2"), { timeout: 60_000 }).toBe("");
    await output("docker create --name again busybox sh -c 'date >> /runs'");
    await output("for n in 1 2 3 4 5; do docker start -a again; done");
    expect(await output("docker cp again:/runs - | tar -xO | wc -l")).toBe("5");
    await output("docker start -a again; docker start again; docker wait again; docker rm again");
    expect(await output("ls /var/lib/docker/overlay2")).toBe("");
  });

  it("is the end of its processes also where they are not in a namespace of their own", async () => {
    await output("docker run --rm --pid host busybox sh -c 'setsid sleep 54321 & sleep 0.2'");
    expect((await machine.run("pgrep -f 'sleep 54321'")).stdout).toBe("");
  });
});

describe("writable layers that an ended machine has left", () => {
  it("go, and no others", { timeout: 180_000 }, async () => {
    await output("docker run --name kept busybox touch /mine");
    await output("mkdir -p /var/lib/docker/overlay2/0123abcd/upper; sync");
    await machine.end();
    machine = await RealMachine.start({ state });
    await output("docker run -d --name new busybox sleep 1000");
    await expect
      .poll(() => output("ls /var/lib/docker/overlay2 | sort"), { timeout: 60_000, interval: 500 })
      .toBe(await output("docker ps -aq --no-trunc | sort"));
    expect(await output("docker diff kept")).toBe("A /mine");
  });
});
