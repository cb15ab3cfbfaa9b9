// Containers on the real machine: each namespace proved from inside and from outside, limits that kill and throttle, what root in a
// container may not do, and what Docker's flags change about that.

import { beforeAll, describe, expect, it } from "vitest";
import { useRealMachine } from "../testing/real-machine-node.ts";

const machine = useRealMachine();
const run = (line: string) => machine().run(line);
const output = (line: string) => machine().output(line);

const NAMESPACES = ["pid", "mnt", "uts", "ipc", "net", "cgroup"];
const READ_NAMESPACES = (of: string) =>
  `for n in ${NAMESPACES.join(" ")} user; do readlink /proc/${of}/ns/$n; done`;

beforeAll(async () => {
  await output("docker pull -q busybox");
  await output("docker run -d --name box --hostname boxname -v /srv/out:/bound busybox sleep 100000");
});

describe("namespaces", () => {
  it("differ inside and outside, and agree about the container seen from either side", async () => {
    const pid = await output("docker inspect -f '{{.State.Pid}}' box");
    const outside = (await output(READ_NAMESPACES("self"))).split("\n");
    const seen = (await output(READ_NAMESPACES(pid))).split("\n");
    const inside = (await output(`docker exec box sh -c '${READ_NAMESPACES("self")}'`)).split("\n");
    expect(inside).toEqual(seen);
    for (const [at, name] of NAMESPACES.entries()) {
      expect(inside[at]).toMatch(new RegExp(`^${name}:\\[\\d+\\]$`));
      expect(inside[at]).not.toBe(outside[at]);
    }
    expect(inside.at(-1)).toBe(outside.at(-1));
  });

  it("differ between two containers", async () => {
    const other = (await output(`docker run --rm busybox sh -c '${READ_NAMESPACES("self")}'`)).split("\n");
    const box = (await output(`docker exec box sh -c '${READ_NAMESPACES("self")}'`)).split("\n");
    for (const at of NAMESPACES.keys()) expect(other[at]).not.toBe(box[at]);
  });

  it("pid: the first process is 1 inside and another outside, and sees only its own", async () => {
    const pid = await output("docker inspect -f '{{.State.Pid}}' box");
    expect(Number(pid)).toBeGreaterThan(1);
    expect(await output(`tr '\\0' ' ' < /proc/${pid}/cmdline`)).toBe("sleep 100000 ");
    expect(await output("docker exec box sh -c \"tr '\\0' ' ' < /proc/1/cmdline\"")).toBe("sleep 100000 ");
    expect(await output(`grep NSpid /proc/${pid}/status`)).toMatch(new RegExp(`^NSpid:\\s+${pid}\\s+1$`));
    expect(await output("docker exec box ls -d /proc/[0-9]* | wc -l")).toMatch(/^[12]$/);
    expect((await run(`docker exec box kill -9 ${pid}`)).code).toBe(1);
  });

  it("uts: a hostname of its own", async () => {
    expect(await output("docker exec box hostname")).toBe("boxname");
    expect(await output("docker exec box cat /etc/hostname")).toBe("boxname");
    expect(await output("hostname")).toBe("slipway");
    expect((await run("docker exec box hostname other")).code).toBe(1);
  });

  it("mnt: what is mounted in the one is not seen in the other", async () => {
    await output(
      "docker run -d --name mounts --privileged busybox sh -c 'mkdir /own; mount -t tmpfs mine /own; sleep 1000'",
    );
    await output("until docker exec mounts grep -q '^mine /own' /proc/mounts; do :; done");
    expect((await run("grep -q '^mine' /proc/mounts")).code).toBe(1);
    await output("mkdir -p /tmp/m && mount -t tmpfs outer /tmp/m");
    expect((await run("docker exec mounts grep outer /proc/mounts")).code).toBe(1);
    await output("umount /tmp/m; docker rm -f mounts");
    expect(await output("docker exec box sh -c 'ls /mnt/data /run/slipway 2>&1 | grep -c \"No such\"'")).toBe(
      "2",
    );
  });

  it("ipc: message queues and shared memory are its own", async () => {
    await output("ipcmk -Q >/dev/null; touch /dev/shm/outside");
    expect(await output("docker exec box sh -c 'wc -l < /proc/sysvipc/msg; ls /dev/shm'")).toBe("1");
    await output("rm /dev/shm/outside; ipcrm --all=msg");
  });

  it("cgroup: the container is the root of what it sees", async () => {
    const { stdout } = await run("docker exec box cat /proc/self/cgroup");
    expect(stdout).toBe("0::/\n");
    const pid = await output("docker inspect -f '{{.State.Pid}}' box");
    expect(await output(`cat /proc/${pid}/cgroup`)).toMatch(/^0::\/docker\/[0-9a-f]{64}$/);
    expect((await run("docker exec box mkdir /sys/fs/cgroup/more")).stderr).toContain(
      "Read-only file system",
    );
  });

  it("shares what --network, --pid, --ipc, --uts and --cgroupns ask for", async () => {
    const outside = (await output(READ_NAMESPACES("self"))).split("\n");
    const host = await output(
      `docker run --rm --network host --pid host --ipc host --uts host --cgroupns host busybox sh -c '${READ_NAMESPACES("self")}'`,
    );
    const shared = host.split("\n");
    for (const name of ["pid", "uts", "ipc", "net", "cgroup"]) {
      const at = NAMESPACES.indexOf(name);
      expect(shared[at]).toBe(outside[at]);
    }
    const joined = await output(
      `docker run --rm --network container:box --pid container:box busybox sh -c '${READ_NAMESPACES("self")}'`,
    );
    const box = (await output(`docker exec box sh -c '${READ_NAMESPACES("self")}'`)).split("\n");
    expect(joined.split("\n")[0]).toBe(box[0]);
    expect(joined.split("\n")[4]).toBe(box[4]);
    expect(joined.split("\n")[1]).not.toBe(box[1]);
  });
});

describe("network", () => {
  it("gives an eth0 with an address of docker0 and a default route", async () => {
    const address = await output("docker inspect -f '{{.NetworkSettings.IPAddress}}' box");
    expect(address).toMatch(/^172\.17\.0\.\d+$/);
    expect(await output("docker exec box ip -4 -o addr show eth0")).toContain(`inet ${address}/16`);
    expect(await output("docker exec box ip route")).toContain("default via 172.17.0.1 dev eth0");
    expect(await output("docker exec box cat /etc/hosts")).toContain(`${address}\tboxname`);
    expect(await output(`ping -c 1 -w 5 -q ${address}`)).toContain(" 1 received");
  });

  it("serves another container and, on a published port, the machine", async () => {
    await output(
      "docker run -d --name web -p 8080:80 busybox sh -c 'mkdir /w; echo page > /w/index.html; httpd -f -p 80 -h /w'",
    );
    const address = await output("docker inspect -f '{{.NetworkSettings.IPAddress}}' web");
    const get = (url: string) => `until wget -qO- ${url} 2>/dev/null; do sleep 0.1; done`;
    expect(await output(get("http://127.0.0.1:8080/"))).toBe("page");
    expect(await output(get(`http://${address}/`))).toBe("page");
    expect(await output(`docker exec box wget -qO- http://${address}/`)).toBe("page");
    expect(await output("docker port web")).toBe("80/tcp -> 0.0.0.0:8080");
    const taken = await run("docker run --rm -p 8080:80 busybox true");
    expect(taken.code).toBe(125);
    expect(taken.stderr).toContain("Bind for 0.0.0.0:8080 failed: port is already allocated");
    await output("docker rm -f web");
    expect((await run("wget -qO- http://127.0.0.1:8080/")).code).not.toBe(0);
  });

  it("is only a loopback with --network none", async () => {
    expect(await output("docker run --rm --network none busybox ls /sys/class/net")).toBe("lo");
  });
});

describe("limits", () => {
  it("kills what takes more memory than --memory, and says so", async () => {
    const { code } = await run(
      "docker run --name oom -m 16m busybox dd if=/dev/zero of=/dev/null bs=64M count=1",
    );
    expect(code).toBe(137);
    expect(await output("docker inspect -f '{{.State.OOMKilled}} {{.State.ExitCode}}' oom")).toBe("true 137");
    await output("docker rm oom");
  });

  it("counts shared memory, and leaves the rest of the machine alone", async () => {
    const { code } = await run("docker run --rm -m 24m busybox dd if=/dev/zero of=/dev/shm/x bs=1M count=60");
    expect(code).toBe(137);
    expect(await output("docker exec box echo alive")).toBe("alive");
  });

  it("throttles what uses more than --cpus", async () => {
    expect(
      await output(
        "docker run --rm --cpus 0.2 busybox sh -c 'cat /sys/fs/cgroup/cpu.max; until grep -q \"nr_throttled [1-9]\" /sys/fs/cgroup/cpu.stat; do :; done; echo throttled'",
      ),
    ).toBe("20000 100000\nthrottled");
  });

  it("stops forks beyond --pids-limit", async () => {
    const { stderr, code } = await run(
      "docker run --rm --pids-limit 4 busybox sh -c 'for i in 1 2 3 4 5 6; do sleep 1 & done; wait'",
    );
    expect(stderr).toContain("can't fork");
    expect(code).not.toBe(0);
  });

  it("lets the kernel choose a container before the agent when memory ends", async () => {
    expect(await output("docker exec box cat /proc/1/oom_score_adj")).toBe("0");
    expect(await output("cat /proc/self/oom_score_adj")).toBe("0");
  });
});

describe("confinement", () => {
  it("has Docker's capabilities and seccomp filter", async () => {
    const status = await output("docker exec box cat /proc/1/status");
    expect(status).toMatch(/CapEff:\t00000000a80425fb/);
    expect(status).toMatch(/CapBnd:\t00000000a80425fb/);
    expect(status).toMatch(/Seccomp:\t2/);
    const execed = await output("docker exec box cat /proc/self/status");
    expect(execed).toMatch(/CapEff:\t00000000a80425fb/);
    expect(execed).toMatch(/Seccomp:\t2/);
    expect((await run("docker exec box mount -t tmpfs x /tmp")).stderr).toMatch(
      /permission denied|not permitted/i,
    );
    expect((await run("docker exec box unshare -U true")).stderr).toMatch(/not permitted/);
    expect((await run("docker exec box date -s 2000-01-01")).stderr).toMatch(/not permitted/);
  });

  it("adds, drops and gives all", async () => {
    const effective = async (flags: string) =>
      /CapEff:\t([0-9a-f]{16})/.exec(
        await output(`docker run --rm ${flags} busybox cat /proc/self/status`),
      )?.[1];
    expect(await effective("--cap-drop ALL")).toBe("0000000000000000");
    expect(await effective("--cap-drop ALL --cap-add NET_ADMIN")).toBe("0000000000001000");
    expect(await effective("--privileged")).toBe("000001ffffffffff");
    expect(await effective("--user 1000")).toBe("0000000000000000");
  });

  it("masks and protects what is the kernel's", async () => {
    expect(
      await output("docker exec box sh -c 'wc -c < /proc/kcore; wc -c < /proc/timer_list; ls /sys/firmware'"),
    ).toBe("0\n0");
    expect((await run("docker exec box sh -c 'echo 1 > /proc/sys/kernel/panic'")).stderr).toContain(
      "Read-only",
    );
    expect((await run("docker exec box sh -c 'echo b > /proc/sysrq-trigger'")).stderr).toContain("Read-only");
    expect(
      (await run("docker exec box sh -c 'mknod /dev/sdb b 8 16 && head -c 1 /dev/sdb'")).stderr,
    ).toContain("not permitted");
  });

  it("keeps the root read-only with --read-only, but for a tmpfs", async () => {
    expect((await run("docker run --rm --read-only busybox touch /x")).stderr).toContain(
      "Read-only file system",
    );
    expect(await output("docker run --rm --read-only --tmpfs /t busybox sh -c 'touch /t/x && ls /t'")).toBe(
      "x",
    );
  });

  it("opens everything with --privileged", async () => {
    const status = await output(
      "docker run --rm --privileged busybox sh -c 'grep Seccomp: /proc/self/status; mkdir /own; mount -t tmpfs x /own && ls /dev/sdb; echo 0 > /proc/sys/kernel/panic'",
    );
    expect(status).toBe("Seccomp:\t0\n/dev/sdb");
  });
});

describe("a container's surroundings", () => {
  it("binds directories both ways, and read-only where asked", async () => {
    await output("echo from outside > /srv/out/a");
    expect(await output("docker exec box cat /bound/a")).toBe("from outside");
    await output("docker exec box sh -c 'echo from inside > /bound/b'");
    expect(await output("cat /srv/out/b")).toBe("from inside");
    expect((await run("docker run --rm -v /srv/out:/o:ro busybox touch /o/c")).stderr).toContain("Read-only");
  });

  it("keeps what a named volume holds, and fills a new one from the image", async () => {
    await output("docker run --rm -v keep:/data busybox sh -c 'echo kept > /data/file'");
    expect(await output("docker run --rm -v keep:/data busybox cat /data/file")).toBe("kept");
    expect(
      await output("docker run --rm -v filled:/etc busybox true; ls /var/lib/docker/volumes/filled/_data"),
    ).toContain("passwd");
    await output("docker volume rm keep filled");
    expect((await run("ls /var/lib/docker/volumes/keep")).code).not.toBe(0);
  });

  it("sets user, directory, environment and entrypoint", async () => {
    expect(
      await output(
        "docker run --rm -u 1000:1001 -w /tmp -e A=1 -e B busybox sh -c 'id -u; id -g; pwd; echo $A$B'",
      ),
    ).toBe("1000\n1001\n/tmp\n1");
    expect(await output("docker run --rm --entrypoint echo busybox entry")).toBe("entry");
    expect(await output("docker run --rm -w /not/there busybox pwd")).toBe("/not/there");
  });

  it("reaps with --init", async () => {
    expect(await output("docker run --rm --init busybox sh -c 'cat /proc/1/comm; echo $$'")).toMatch(
      /^docker-init\n[2-9]$/,
    );
  });

  it("leaves no trace of one container's writes in another's image", async () => {
    await output("docker run --rm busybox sh -c 'rm /etc/passwd; echo x > /etc/shadowed'");
    expect(await output("docker run --rm busybox ls /etc/passwd")).toBe("/etc/passwd");
    expect((await run("docker run --rm busybox ls /etc/shadowed")).code).toBe(1);
  });
});
