// Lives of containers on the real machine: exit codes, signals, terminals, logs, ends of every kind, and nothing left afterwards.

import { beforeAll, describe, expect, it } from "vitest";
import { useRealMachine } from "../testing/real-machine-node.ts";

const machine = useRealMachine();
const run = (line: string, options?: { stdin?: string }) => machine().run(line, options);
const output = (line: string) => machine().output(line);
const TERMINAL = { columns: 90, rows: 30 };

beforeAll(() => output("docker pull -q busybox"));

describe("exit codes", () => {
  it("are the process's own, 128 and the signal, and Docker's 125, 126 and 127", async () => {
    expect((await run("docker run --rm busybox sh -c 'exit 42'")).code).toBe(42);
    expect((await run("docker run --rm --init busybox sh -c 'kill -TERM $$'")).code).toBe(143);
    expect((await run("docker run --rm --nonsense busybox true")).code).toBe(125);
    const notFound = await run("docker run --rm busybox absent");
    expect(notFound.code).toBe(127);
    expect(notFound.stderr).toContain('exec: "absent": executable file not found in $PATH');
    const notAllowed = await run("docker run --rm busybox /etc/passwd");
    expect(notAllowed.code).toBe(126);
    expect(notAllowed.stderr).toContain('exec: "/etc/passwd": permission denied');
    expect((await run("docker run --rm busybox /no/such/file")).code).toBe(127);
    expect(await output("docker ps -aq")).toBe("");
  });
});

describe("streams", () => {
  it("keep stdout and stderr apart, pass stdin to its end, and work in pipes", async () => {
    const both = await run("docker run --rm busybox sh -c 'echo out; echo err >&2'");
    expect(both).toEqual({ stdout: "out\n", stderr: "err\n", code: 0 });
    const input = Array.from({ length: 20_000 }, (_, at) => `line ${at}\n`).join("");
    expect((await run("docker run -i --rm busybox cat", { stdin: input })).stdout).toBe(input);
    expect(await output("echo piped | docker run -i --rm busybox tr a-z A-Z | rev")).toBe("DEPIP");
    expect((await run("docker run --rm busybox cat", { stdin: "nobody reads this" })).stdout).toBe("");
    expect(await output("docker run --rm busybox seq 1 100000 | tail -n 1")).toBe("100000");
    // As with Docker's client, whose end by SIGPIPE the container outlives.
    expect(await output("docker run --rm --name yes busybox yes | head -n 1; docker rm -f yes")).toBe(
      "y\nyes",
    );
  });

  it("are a terminal with -t: its size, Ctrl-C and a shell's end", async () => {
    const shell = await machine().start("docker run -it --rm --name term busybox sh", { terminal: TERMINAL });
    await shell.until(/# /);
    await shell.write("stty size; tty\r");
    await shell.until(/30 90\r\n\/dev\/pts\/0/);
    shell.resize({ columns: 120, rows: 40 });
    // A foreground job that has begun: before that, Ctrl-C is the shell's.
    await shell.write("sh -c 'echo be''gun; exec sleep 1000'\r");
    await shell.until(/begun\r\n/);
    await shell.write("\x03");
    await shell.write("until stty size | grep '40 120'; do :; done; echo code $?\r");
    await shell.until(/40 120\r\ncode 0/);
    await shell.write("exit 5\r");
    expect((await shell.ended).code).toBe(5);
    expect(await output("docker ps -aq")).toBe("");
  });

  it("leave the container alone when detached with Ctrl-P Ctrl-Q, and attach again", async () => {
    const first = await machine().start("docker run -it --name back busybox sh", { terminal: TERMINAL });
    await first.until(/# /);
    await first.write("X=kept\r");
    await first.write("\x10\x11");
    expect((await first.ended).code).toBe(0);
    expect(await output("docker ps --format '{{.Names}} {{.State}}'")).toBe("back running");
    const second = await machine().start("docker attach back", { terminal: TERMINAL });
    await second.write('echo "-$X-"\r');
    await second.until(/-kept-/);
    await second.write("exit\r");
    await second.ended;
    expect(await output("docker inspect -f '{{.State.Status}}' back; docker rm back")).toBe("exited\nback");
  });

  it("survive a terminal that is closed in the middle", async () => {
    const shell = await machine().start("docker run -it --rm --name closed busybox sh", {
      terminal: TERMINAL,
    });
    await shell.until(/# /);
    await shell.write("yes | head -c 3000000\r");
    await shell.until(/y\r\ny\r\n/);
    shell.close();
    const detached = await machine().start("docker exec -it closed sh", { terminal: TERMINAL });
    await detached.until(/# /);
    detached.close();
    expect(await output("docker rm -f closed")).toBe("closed");
    expect(await output("docker run --rm busybox echo fine")).toBe("fine");
  });
});

describe("exec in what is not running", () => {
  it("says in Docker's words that the container has ended, however late that is found out", async () => {
    const lines = await output(`for n in $(seq 0 11); do
      pid=$(docker inspect -f '{{.State.Pid}}' $(docker run -d --name gone busybox sleep 1000))
      { docker exec gone echo in 2>&1; echo code $?; } &
      for i in $(seq $((n * 40))); do :; done
      kill -9 $pid; wait; docker rm -f gone > /dev/null
    done`);
    for (const line of lines.split(/\r?\n/))
      expect(line).toMatch(
        /^(in|code \d+|OCI runtime exec failed: exec failed: cannot exec in a stopped container: unknown|Error response from daemon: container [0-9a-f]{64} is not running)$/,
      );
  });

  it("is refused in a paused container by the name that was given", async () => {
    await output("docker run -d --name still busybox sleep 1000; docker pause still");
    expect(await run("docker exec still true")).toMatchObject({
      code: 1,
      stderr: "Error response from daemon: Container still is paused, unpause the container before exec\n",
    });
    await output("docker rm -f still");
  });
});

describe("exec, logs, stop, kill, wait", () => {
  it("execs with its own user, directory, environment, input and code", async () => {
    await output("docker run -d --name box busybox sleep 10000");
    expect(await output("docker exec -u 7:8 -w /tmp -e E=v box sh -c 'id -u; id -g; pwd; echo $E'")).toBe(
      "7\n8\n/tmp\nv",
    );
    expect((await run("docker exec -i box cat", { stdin: "in" })).stdout).toBe("in");
    expect((await run("docker exec box sh -c 'exit 9'")).code).toBe(9);
    expect((await run("docker exec box absent")).code).toBe(127);
    expect((await run("docker exec box /etc/passwd")).code).toBe(126);
    const inside = await machine().start("docker exec -it box sh", { terminal: TERMINAL });
    await inside.until(/# /);
    await inside.write("echo pid $$; exit 3\r");
    await inside.until(/pid \d+/);
    expect((await inside.ended).code).toBe(3);
    expect(await output("docker rm -f box")).toBe("box");
    const gone = await run("docker exec box true");
    expect(gone).toMatchObject({ code: 1, stderr: "Error response from daemon: No such container: box\n" });
  });

  it("follows logs until the end, and shows tails", async () => {
    await output(
      "docker run -d -i --name talk busybox sh -c 'echo one; echo two >&2; read x; echo three; exit 4'",
    );
    const following = await machine().start("docker logs -f talk");
    await following.until(/one\n/);
    const waiting = machine().output("docker wait talk");
    const attached = await machine().start("docker attach talk");
    await attached.write("go\n");
    expect((await following.ended).stdout).toBe("one\nthree\n");
    expect(await waiting).toBe("4");
    expect((await attached.ended).code).toBe(4);
    expect(await output("docker logs --tail 1 talk")).toBe("three");
    expect((await run("docker logs talk")).stderr).toBe("two\n");
    expect((await run("docker start -ai talk", { stdin: "go\n" })).stdout).toContain("one\n");
    await output("docker rm -f talk");
  });

  it("stops with TERM, then KILL; kills with the signal asked for", async () => {
    const trap =
      'trap "echo got TERM; exit 0" TERM; trap "echo got USR1" USR1; echo up; while :; do sleep 0.1; done';
    await output(`docker run -d --name polite busybox sh -c '${trap}'`);
    await output("until docker logs polite | grep -q up; do :; done");
    await output("docker kill -s USR1 polite");
    await output("until docker logs polite | grep -q 'got USR1'; do :; done");
    await output("docker stop polite");
    expect(
      await output("docker logs polite | tail -n 1; docker inspect -f '{{.State.ExitCode}}' polite"),
    ).toBe("got TERM\n0");
    await output("docker run -d --name rude busybox sh -c 'trap \"\" TERM; while :; do sleep 1; done'");
    await output("docker stop -t 1 rude");
    expect(await output("docker inspect -f '{{.State.ExitCode}}' rude")).toBe("137");
    await output("docker start rude");
    await output("docker kill rude");
    expect(await output("docker wait rude")).toBe("137");
    await output("docker rm polite rude");
  });

  it("pauses, restarts by policy, and copies files", async () => {
    await output(
      "docker run -d --name pausing busybox sh -c 'i=0; while :; do i=$((i+1)); echo $i > /count; done'",
    );
    await output("docker pause pausing");
    const pid = await output("docker inspect -f '{{.State.Pid}} {{.State.Status}}' pausing");
    expect(pid).toMatch(/^\d+ paused$/);
    expect(
      await output(
        "cat /sys/fs/cgroup/docker/$(docker inspect -f {{.Id}} pausing)/cgroup.events | grep frozen",
      ),
    ).toBe("frozen 1");
    await output("docker unpause pausing");
    await output("echo from outside > /tmp/file; docker cp /tmp/file pausing:/in");
    expect(await output("docker exec pausing cat /in; docker cp pausing:/in - | tar -xO")).toBe(
      "from outside\nfrom outside",
    );
    await output("docker rm -f pausing");
    await output("docker run -d --name again --restart on-failure:2 busybox sh -c 'echo run; exit 3'");
    expect(await output("docker wait again")).toBe("3");
    const state = "docker inspect -f '{{.RestartCount}} {{.State.Status}}' again";
    await expect.poll(() => output(state), { timeout: 60_000, interval: 200 }).toBe("2 exited");
    expect(await output("docker logs again; docker rm again >/dev/null")).toBe("run\nrun\nrun");
  });
});

describe("what is left", () => {
  /** Everything that a container could leave in the machine; layers stay mounted for the next container. */
  const TRACES = [
    "ps -e -o comm= | grep -v -e '^kworker' -e '^ps$' -e '^sort$' -e '^bash$' -e '^grep$' | sort",
    "grep -v -e /run/slipway/layers -e /run/slipway/netns /proc/mounts",
    "ls /sys/class/net | sed 's/^veth.*/veth/'; ls /run/slipway/netns | wc -l",
    "ls /run/netns /run/slipway/containers /run/crun /sys/fs/cgroup/docker",
    "ls -d /sys/fs/cgroup/*/ /sys/fs/cgroup/docker/*/ 2>/dev/null; ls /var/lib/docker/overlay2 /var/lib/docker/volumes",
    "nft list table ip slipway",
    "ls /proc/1/fd | wc -l",
    "docker ps -aq; docker volume ls",
  ];

  it("is nothing after 30 containers of many kinds", { timeout: 300_000 }, async () => {
    const traces = () => output(TRACES.join("; echo; "));
    const container = (number: number) => {
      const kinds = [
        `docker run --rm -p ${9000 + number}:80 busybox echo ${number}`,
        `docker run --rm -v /data busybox sh -c 'echo x > /data/x; sleep 100 & exit 3'`,
        `docker run --rm -m 16m busybox sh -c 'dd if=/dev/zero of=/dev/null bs=64M count=1'`,
        `docker run --rm busybox absent`,
        `docker run -d --name c${number} busybox sleep 100 && docker exec c${number} true && docker rm -f c${number}`,
        `docker run --name c${number} busybox true; docker rm c${number}`,
      ];
      return kinds[number % kinds.length]!;
    };
    await output(
      "docker ps -aq | xargs -r docker rm -f; docker volume create first && docker volume rm first",
    );
    await run(`${container(0)}; ${container(4)}`);
    await output(
      "until [ $(ls /run/slipway/netns | wc -l)$(ls /run/slipway/containers) = 1 ]; do sleep 0.2; done",
    );
    const before = await traces();
    for (let first = 0; first < 30; first += 6)
      await Promise.all(Array.from({ length: 6 }, (_, at) => run(container(first + at))));
    // They are taken down, and the next spare namespace comes, once the machine is quiet.
    await expect.poll(traces, { timeout: 60_000, interval: 500 }).toBe(before);
  });
});
