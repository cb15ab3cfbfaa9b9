// Choices of `docker run` on the real machine whose effect only a kernel shows: where the cgroup is, what is mounted and how, limits,
// devices, shared memory, filters.

import { beforeAll, describe, expect, it } from "vitest";
import { useRealMachine } from "../testing/real-machine-node.ts";

const machine = useRealMachine();
const run = (line: string, options?: { stdin: string }) => machine().run(line, options);
const output = (line: string) => machine().output(line);

beforeAll(() => output("docker pull -q busybox"));

describe("a volume with options of the local driver", () => {
  it("is a file system that containers share while one of them runs", async () => {
    await output("docker volume create --opt type=tmpfs --opt device=tmpfs --opt o=size=1m,mode=1700 own");
    await output(
      "docker run -d --name holder -v own:/data busybox sh -c 'echo kept > /data/f; sleep 100000'",
    );
    expect(
      await output(
        "docker run --rm -v own:/data busybox sh -c 'until cat /data/f 2>/dev/null; do sleep 0.1; done; stat -c %a /data; grep -c \" /data tmpfs .*size=1024k\" /proc/mounts'",
      ),
    ).toBe("kept\n1700\n1");
    await output("docker rm -f holder");
    expect(await output("grep -c volumes/own /proc/mounts || true")).toBe("0");
    expect(await output("docker run --rm -v own:/data busybox ls /data")).toBe("");
    expect(await output("docker volume inspect -f '{{.Options.o}}' own")).toBe("size=1m,mode=1700");
    await output("docker volume rm own");
  });

  it("binds a directory of the machine, and says when that is not there", async () => {
    await output("mkdir /root/shared; echo here > /root/shared/f");
    await output("docker volume create --opt type=none --opt o=bind --opt device=/root/shared bound");
    expect(await output("docker run --rm -v bound:/data busybox cat /data/f")).toBe("here");
    await output("docker volume create --opt type=none --opt o=bind --opt device=/root/nothing gone");
    const { stderr, code } = await run("docker run --rm -v gone:/data busybox true");
    expect(code).toBe(125);
    expect(stderr).toContain("failed to mount local volume");
    await output("docker volume rm bound gone; rm -r /root/shared");
  });
});

describe("mounts", () => {
  it("show a part of a volume, whatever links the volume holds", async () => {
    await output(
      "docker run --rm -v vol:/v busybox sh -c 'mkdir -p /v/a/b; echo deep > /v/a/b/f; ln -s /etc /v/out; echo file > /v/file'",
    );
    const part = (subpath: string, command: string) =>
      run(
        `docker run --rm --mount type=volume,source=vol,target=/m,volume-subpath=${subpath} busybox ${command}`,
      );
    expect((await part("a/b", "cat /m/f")).stdout).toBe("deep\n");
    expect((await part("a", "sh -c 'echo new > /m/n; ls /m'")).stdout).toBe("b\nn\n");
    expect((await part("file", "cat /m")).stdout).toBe("file\n");
    for (const subpath of ["out", "nothing"]) {
      const failed = await part(subpath, "ls /m");
      expect(failed.code).toBe(127);
      expect(failed.stderr).toContain("cannot access path");
    }
    expect(await output("docker volume rm vol")).toBe("vol");
    await expect
      .poll(() => output("grep -c mounts/subpath /proc/mounts; true"), { timeout: 60_000, interval: 500 })
      .toBe("0");
  });

  it("are read-only with all that is mounted below", async () => {
    await output("mkdir -p /srv/outer/inner; mount -t tmpfs inner /srv/outer/inner");
    const touch = async (flags: string) =>
      (await run(`docker run --rm ${flags} busybox touch /o/inner/x`)).stderr;
    expect(await touch("-v /srv/outer:/o:ro")).toContain("Read-only file system");
    expect(
      await touch("--mount type=bind,source=/srv/outer,target=/o,readonly,bind-recursive=writable"),
    ).toBe("");
    expect(
      await output(
        "docker run --rm --mount type=bind,source=/srv/outer,target=/o,bind-recursive=disabled busybox ls -A /o/inner",
      ),
    ).toBe("");
    await output("umount /srv/outer/inner");
  });

  it("give a tmpfs its size, mode and owner", async () => {
    expect(
      await output(
        "docker run --rm --tmpfs /t:size=1m,mode=700,uid=5,exec busybox sh -c \"grep ' /t ' /proc/mounts; stat -c '%a %u' /t\"",
      ),
    ).toMatch(/^tmpfs \/t tmpfs rw,nosuid,nodev,relatime,size=1024k,mode=700,uid=5\S* 0 0\n700 5$/);
    expect((await run("docker run --rm --tmpfs /t:bogus busybox true")).stderr).toContain(
      'invalid tmpfs option ["bogus"]',
    );
  });

  it("take over another container's volumes, read-only where asked", async () => {
    await output(
      "docker run --name has -v /data -v named:/named busybox sh -c 'echo x > /data/x; echo y > /named/y'",
    );
    expect(
      await output(
        "docker run --rm --volumes-from has:ro busybox sh -c 'cat /data/x /named/y; touch /data/z 2>&1; true'",
      ),
    ).toMatch(/^x\ny\ntouch: .*Read-only/);
    await output("docker rm -v has; docker volume rm named");
  });
});

describe("processes", () => {
  it("are in the cgroup below --cgroup-parent, and it goes with them", async () => {
    const id = await output(
      "docker run -d --name grouped --cgroup-parent /my/group -m 32m busybox sleep 1000",
    );
    const pid = await output("docker inspect -f '{{.State.Pid}}' grouped");
    expect(await output(`cat /proc/${pid}/cgroup`)).toBe(`0::/my/group/${id}`);
    expect(await output("docker stats --no-stream --format '{{.MemUsage}}' grouped")).toMatch(/\/ 32MiB$/);
    expect((await run("docker exec grouped sh -c 'mknod /disk b 8 16 && head -c 1 /disk'")).stderr).toContain(
      "not permitted",
    );
    await output("docker pause grouped");
    expect(await output(`cat /sys/fs/cgroup/my/group/${id}/cgroup.freeze`)).toBe("1");
    await output("docker rm -f grouped");
    expect(await output(`find /sys/fs/cgroup -name ${id}`)).toBe("");
  });

  it("have the limits, score, groups and kernel settings that were asked for", async () => {
    expect(
      await output(
        "docker run --rm --ulimit nofile=100:200 --ulimit core=-1 --oom-score-adj 123 --group-add 77 --group-add daemon --sysctl net.ipv4.ip_default_ttl=77 busybox sh -c 'ulimit -n; ulimit -Hn; ulimit -c; cat /proc/self/oom_score_adj; id -G; cat /proc/sys/net/ipv4/ip_default_ttl'",
      ),
    ).toMatch(/^100\n200\nunlimited\n123\n0 (\d+ )*77( \d+)*\n77$/);
    expect((await run("docker run --rm --sysctl kernel.panic=1 busybox true")).code).toBe(125);
  });

  it("open the devices that were given, and only as was given", async () => {
    expect(
      await output(
        "docker run --rm --device /dev/sdb:/dev/disk:r busybox sh -c 'head -c 1 /dev/disk | wc -c'",
      ),
    ).toBe("1");
    expect(
      (await run("docker run --rm --device /dev/sdb:/dev/disk:r busybox sh -c ': > /dev/disk'")).stderr,
    ).toMatch(/not permitted|denied/i);
    expect((await run("docker run --rm --device /dev/none busybox true")).stderr).toContain(
      'error gathering device information while adding custom device "/dev/none": no such file or directory',
    );
  });

  it("share memory with those who may join their IPC", async () => {
    await output(
      "docker run -d --name donor --ipc shareable --shm-size 3m busybox sh -c 'echo shared > /dev/shm/s; sleep 1000'",
    );
    await output("until docker exec donor test -s /dev/shm/s; do :; done");
    expect(
      await output(
        "docker run --rm --ipc container:donor busybox sh -c 'cat /dev/shm/s; df -k /dev/shm | tail -n 1'",
      ),
    ).toMatch(/^shared\nshm|^shared\ntmpfs +3072 /);
    await output("docker rm -f donor");
    await output("docker run -d --name alone busybox sleep 1000");
    expect((await run("docker run --rm --ipc container:alone busybox true")).stderr).toContain(
      "non-shareable IPC",
    );
    await output("docker rm -f alone");
    expect(await output("grep -c slipway/containers.*/mounts/shm /proc/mounts; true")).toBe("0");
  });

  it("run under a seccomp profile of one's own, with its rules for capabilities", async () => {
    const profile = JSON.stringify({
      defaultAction: "SCMP_ACT_ALLOW",
      syscalls: [
        { names: ["mkdir", "mkdirat"], action: "SCMP_ACT_ERRNO", errnoRet: 38 },
        { names: ["chmod", "fchmodat"], action: "SCMP_ACT_ERRNO", excludes: { caps: ["CAP_SYS_ADMIN"] } },
        { names: ["rmdir"], action: "SCMP_ACT_ERRNO", includes: { arches: ["arm64"] } },
      ],
    });
    await run("cat > /root/profile.json", { stdin: profile });
    const under = (flags: string) =>
      run(
        `docker run --rm --security-opt seccomp=/root/profile.json ${flags} busybox sh -c 'mkdir /x; chmod 700 /tmp && echo changed'`,
      );
    const plain = await under("");
    expect(plain.stderr).toContain("Function not implemented");
    expect(plain.stderr).toContain("Operation not permitted");
    expect((await under("--cap-add SYS_ADMIN")).stdout).toBe("changed\n");
  });
});

describe("what has no meaning here", () => {
  it("is refused or warned about in Docker's words", async () => {
    const words = async (flags: string) => (await run(`docker run --rm ${flags} busybox true`)).stderr;
    expect(await words("--runtime kata")).toContain("unknown or invalid runtime name: kata");
    expect(await words("--storage-opt size=1g")).toContain(
      "--storage-opt is supported only for overlay over xfs",
    );
    expect(await words("--blkio-weight 300")).toContain("Your kernel does not support Block I/O weight");
    expect(await words("--memory-swappiness 50")).toContain("does not support memory swappiness");
    expect(await words("--cpuset-mems 3")).toContain("Requested memory nodes are not available");
  });
});
