// The same scripts through our own `docker` and the real client, against the real machine: what they print must agree line by line, but
// for ids and times, and the exit codes must be the same. parity.test.ts does this for many more lines without a machine.

import { describe, expect, it } from "vitest";
import { DOCKER, useContractHost } from "../api/testing/contract-host-node.ts";
import { docker } from "./testing/fake-session.ts";

if (!DOCKER) console.warn("skipped: there is no docker client on this machine");
const host = useContractHost();

/** Each is run by one client from beginning to end, then by the other: so it leaves things as they were. */
const SCRIPTS: readonly (readonly string[])[] = [
  [
    "ps -a",
    "ps -aq",
    "ps --format json",
    "ps -a --format table\t{{.Names}}\t{{.Status}}",
    "ps -a --no-trunc -n 2",
  ],
  [
    "images",
    "images --digests",
    "images -q",
    "image ls --format {{json\t.}}",
    "history busybox",
    "history --no-trunc busybox",
  ],
  ["inspect web", "inspect -f {{.State.Status}}{{range\t.Mounts}}{{.Type}}{{end}} idle", "inspect -s idle"],
  [
    "image inspect --platform linux/386 -f {{.Architecture}} busybox",
    "image inspect --platform linux/arm64 busybox",
    "history --platform linux/arm/v7 busybox",
    "save --platform linux/arm64 busybox",
    "create --pull never --platform linux/arm64 busybox",
  ],
  ["image inspect busybox", "network inspect lan", "volume inspect data", "network ls", "volume ls"],
  [
    "port web",
    "top web",
    "top web -o pid,comm",
    "diff done",
    "logs done",
    "logs -t done",
    "logs --tail 1 done",
  ],
  [
    "run --rm busybox sh -c echo\tout;echo\terr>&2;exit\t4",
    "run --rm busybox nope",
    "run --rm nope",
    "run busybox:nope true",
  ],
  [
    "run -d --name box busybox sleep 1000",
    "exec box sh -c exit\t7",
    "exec box hostname -i",
    "pause box",
    "ps -f status=paused --format {{.Names}}:{{.State}}",
    "unpause box",
    "kill box",
    "wait box",
    "rm box",
    "rm box",
  ],
  [
    "create --name made -l a=b -e X=1 busybox env",
    "start -a made",
    "rename made other",
    "inspect -f {{json\t.Config.Labels}} other",
    "commit other made:1",
    "images made",
    "rmi made:1",
    "rm -v other",
  ],
  [
    "volume create v1",
    "volume inspect -f {{.Name}}/{{.Driver}} v1",
    "volume rm v1",
    "volume rm v1",
    "volume prune -f",
  ],
  [
    "network create --subnet 10.77.0.0/24 n1",
    "network inspect -f {{(index\t.IPAM.Config\t0).Subnet}} n1",
    "network create n1",
    "network rm n1",
    "network rm n1",
  ],
  [
    "tag busybox a/b:c",
    "images a/b",
    "rmi a/b:c",
    "rmi a/b:c",
    "tag nope a",
    "pull busybox",
    "pull -q busybox",
    "pull nope",
    "pull busybox:nope",
  ],
  [
    "system df",
    "system df --format {{.Type}}:{{.TotalCount}}",
    "version --format {{.Server.Version}}",
    "info --format {{.Name}}/{{.OSType}}",
  ],
  [
    "stop nope",
    "start nope",
    "exec nope true",
    "logs nope",
    "kill done",
    "inspect nope",
    "rmi nope",
    "cp nope:/x -",
    "port nope",
    "update nope -m 8m",
    "attach done",
    "save nope:1",
  ],
  [
    "update -m 40m --memory-swap 80m idle",
    "inspect -f {{.HostConfig.Memory}} idle",
    "stats --no-stream --format {{.Name}} web",
    "events --since 1 --until 2",
  ],
  [
    "search busybox",
    "search busybox --format json",
    "search nope --no-trunc",
    "search busybox --limit 101",
    "container prune -f --filter label=nope",
    "image prune -f",
    "network prune -f --filter label=nope",
    "container ls -a --filter exited=3 --format {{.Names}}",
  ],
];

const words = (line: string) => line.split(" ").map((word) => word.replaceAll("\t", " "));

/** What differs from run to run: ids, times, how long ago, pids, sizes in use. */
function steady(text: string): string {
  return text
    .replaceAll(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?( [+-]\d{4} UTC|Z)?/g, "TIME")
    .replaceAll(/\b[0-9a-f]{64}\b/g, "ID64")
    .replaceAll(/\b(?=[0-9a-f]*\d)[0-9a-f]{12}\b/g, "ID12")
    .replaceAll(/(Less than a second|About (?:a minute|an hour)|\d+ (?:second|minute|hour)s?)( ago)?/g, "AGO")
    .replaceAll(/"Pid": \d+/g, '"Pid": N')
    .replaceAll(/^(\S+ +)\d+( +)\d+( +\d+ +)\d\d:\d\d/gm, "$1PID$2PID$3TIME")
    .replaceAll(/ +/g, " ");
}

describe.skipIf(!DOCKER)("docker's client and ours, on one machine", () => {
  it.each(SCRIPTS.map((lines) => [lines[0] ?? "", lines] as const))(
    "print the same, line by line: %s …",
    async (_first, lines) => {
      const real: object[] = [];
      for (const line of lines) {
        const { code, out, err } = await host().docker(...words(line));
        real.push({ line, code, out: steady(out), err: steady(err) });
      }
      const ours: object[] = [];
      for (const line of lines) {
        const { code, out, err } = await docker({ handler: host().api }, words(line));
        ours.push({ line, code, out: steady(out), err: steady(err) });
      }
      expect(ours).toEqual(real);
    },
  );
});
