// System containers on the real machine: Debian's own lxc-* tools over containers that our template makes of images that ship.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { RealMachine, useRealMachine } from "../testing/real-machine-node.ts";

const machine = useRealMachine();
const output = (line: string) => machine().output(line);
const run = (line: string) => machine().run(line);

/** One container that most tests share: two services under busybox's init, limits in its configuration. */
beforeAll(async () => {
  await output(
    "lxc-create -n web -t image -- busybox --command 'httpd -f -p 80 -h /srv' --command='httpd -f -p 81 -h /etc'",
  );
  await output(
    "printf 'lxc.cgroup2.memory.max = 24M\\nlxc.cgroup2.pids.max = 40\\n' >> /var/lib/lxc/web/config",
  );
  await output("mkdir -p /var/lib/lxc/web/rootfs/srv && echo hello > /var/lib/lxc/web/rootfs/srv/index.html");
  expect(await run("lxc-start -n web")).toEqual({ stdout: "", stderr: "", code: 0 });
});

describe("lxc-create -t image", () => {
  it("copies the image's tree with owners, modes and links, and leaves no docker container behind", async () => {
    const listing =
      "find . -xdev ! -path './proc/*' ! -path './dev/*' ! -path './sys/*' -printf '%p %M %U %G %l\\n' | sort";
    await output("/usr/lib/slipway/image-rootfs busybox /var/lib/lxc/.tree");
    const copied = await output(`cd /var/lib/lxc/.tree && ${listing}`);
    await output("docker run -d --name tree busybox sleep 1000");
    const root = `/proc/$(docker inspect -f '{{.State.Pid}}' tree)/root`;
    const original = await output(`cd ${root}/bin && ${listing}`);
    await output("docker rm -f tree; rm -r /var/lib/lxc/.tree");
    const bin = copied.split("\n").filter((line) => line.startsWith("./bin/"));
    expect(bin.length).toBeGreaterThan(100);
    expect(bin.map((line) => line.replace("./bin/", "./"))).toEqual(
      original.split("\n").filter((line) => !line.startsWith(". ")),
    );
    expect(await output("docker ps -aq; ls /var/lib/docker/overlay2")).toBe("");
  });

  it("tells what is wrong, and leaves nothing half-made", async () => {
    const unknown = await run("lxc-create -n x -t image -- nosuch");
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toContain("pull access denied for nosuch");
    expect(unknown.stderr).toContain('lxc-image: cannot make a root file system of image "nosuch"');
    expect((await run("lxc-create -n x -t image -- hello-world")).stderr).toContain(
      'lxc-image: image "hello-world" has no /bin/sh',
    );
    expect((await run("lxc-create -n x -t image -- busybox --address 192.0.2.1")).stderr).toContain(
      "is not an address of lxcbr0's network",
    );
    expect((await run("lxc-create -n web -t image -- busybox")).stderr).toContain("Container already exists");
    expect(await output("ls /var/lib/lxc")).toBe("web");
  });
});

describe("a running container", () => {
  it("has init as its first process and its services below", async () => {
    await output("lxc-wait -n web -s RUNNING -t 20");
    const processes = await output("lxc-attach -n web -- ps -o pid,args");
    expect(processes).toMatch(/^ +1 init$/m);
    expect(processes).toContain("httpd -f -p 80 -h /srv");
    expect(processes).toContain("httpd -f -p 81 -h /etc");
    expect(await output("lxc-attach -n web -- hostname")).toBe("web");
  });

  it("has namespaces of its own", async () => {
    const read = "for kind in pid mnt uts ipc net cgroup; do readlink /proc/PROCESS/ns/$kind; done";
    const inside = await output(`lxc-attach -n web -- sh -c '${read.replace("PROCESS", "1")}'`);
    const outside = await output(read.replace("PROCESS", "self"));
    expect(inside.split("\n")).toHaveLength(6);
    expect(inside.split("\n").filter((link) => outside.includes(link))).toEqual([]);
  });

  it("is reached by its address from the shell and reaches the bridge", async () => {
    expect(await output("wget -qO- http://10.0.3.100/")).toBe("hello");
    expect(await output("wget -qO- http://10.0.3.100:81/hostname")).toBe("web");
    expect(await output("lxc-attach -n web -- ping -c 1 -W 5 10.0.3.1")).toContain("1 packets received");
  });

  it("is listed as lxc-ls and lxc-info do", async () => {
    expect(await output("lxc-ls -f")).toMatch(/^web +RUNNING 0 +- +10\.0\.3\.100 - +false *$/m);
    const info = await output("lxc-info -n web");
    expect(info).toMatch(/^State: +RUNNING$/m);
    expect(info).toMatch(/^IP: +10\.0\.3\.100$/m);
    expect(info).toMatch(/^Link: +veth/m);
  });

  it("keeps the exit codes of lxc-attach", async () => {
    expect((await run("lxc-attach -n web -- sh -c 'exit 42'")).code).toBe(42);
    expect((await run("lxc-attach -n web -- nosuch")).code).toBe(127);
    expect((await run("lxc-attach -n web -- sh -c 'kill -9 $$'")).code).toBe(137);
    expect((await machine().run("lxc-attach -n web -- cat", { stdin: "through\n" })).stdout).toBe(
      "through\n",
    );
  });

  it("is held to its limits", async () => {
    expect(await output("lxc-cgroup -n web memory.max")).toContain(String(24 * 1024 * 1024));
    expect(await output("cat /sys/fs/cgroup/lxc.payload.web/pids.max")).toBe("40");
    await run("lxc-attach -n web -- dd if=/dev/zero of=/dev/null bs=40M count=1");
    expect(await output("cat /sys/fs/cgroup/lxc.payload.web/memory.events")).toMatch(/^oom_kill [1-9]/m);
    expect(await output("lxc-info -n web -sH")).toBe("RUNNING");
  });

  it("stands still while frozen", async () => {
    await output("lxc-freeze -n web");
    expect(await output("lxc-info -n web -sH")).toBe("FROZEN");
    expect((await run("wget -T 1 -qO- http://10.0.3.100/")).code).not.toBe(0);
    await output("lxc-unfreeze -n web");
    expect(await output("wget -qO- http://10.0.3.100/")).toBe("hello");
  });

  it("has a console to sit at", async () => {
    const console = await machine().start("lxc-console -n web -t 1", { terminal: { columns: 80, rows: 24 } });
    await console.until(/Connected to tty 1/);
    await console.write("\r");
    await console.until(/# /);
    await console.write("echo $((6 * 7)) $(tty)\r");
    await console.until(/42 \/dev\/(lxc\/tty1|pts\/\d+|tty1)/);
    await console.write("\u0001q");
    expect((await console.ended).code).toBe(0);
  });
});

describe("copies and snapshots", () => {
  it("stops, copies with an address of its own, and both run", async () => {
    await output("lxc-stop -n web");
    expect((await run("lxc-stop -n web")).code).toBe(2);
    await output("lxc-copy -n web -N second");
    expect(await output("cat /var/lib/lxc/second/rootfs/etc/hostname")).toBe("second");
    await output("lxc-start -n web && lxc-start -n second");
    await output("lxc-wait -n second -s RUNNING -t 20");
    const listed = await output("lxc-ls -f -F NAME,IPV4");
    expect(listed).toMatch(/^web +10\.0\.3\.100 *$/m);
    expect(listed).toMatch(/^second +10\.0\.3\.101 *$/m);
    expect(await output("lxc-attach -n web -- ping -c 1 -W 5 10.0.3.101")).toContain("1 packets received");
    expect(await output("lxc-destroy -n second -f && lxc-ls -1")).toBe("web");
  });

  it("goes back to a snapshot", async () => {
    await output("lxc-stop -n web -k && lxc-snapshot -n web");
    expect(await output("lxc-snapshot -n web -L")).toMatch(/^snap0 \(\/var\/lib\/lxc\/web\/snaps\)/);
    await output("echo changed > /var/lib/lxc/web/rootfs/srv/index.html && lxc-snapshot -n web -r snap0");
    expect(await output("cat /var/lib/lxc/web/rootfs/srv/index.html")).toBe("hello");
    expect(await output("grep ipv4.address /var/lib/lxc/web/config")).toContain("10.0.3.100/24");
  });

  it("runs a single command in a stopped container", async () => {
    expect((await run("lxc-execute -n web -- sh -c 'exit 7'")).code).toBe(7);
    expect(await output("lxc-ls -f -F STATE | tail -n 1")).toContain("STOPPED");
  });

  it("leaves nothing when destroyed", async () => {
    expect((await run("lxc-destroy -n web")).stderr).toContain("web has snapshots");
    await output("lxc-destroy -n web -s");
    expect(
      await output(
        "lxc-ls; ls /var/lib/lxc; ls -d /sys/fs/cgroup/lxc.{payload,monitor}* 2>/dev/null; ls /sys/class/net/lxcbr0/brif; true",
      ),
    ).toBe("");
    expect((await run("lxc-info -n web")).stderr + (await run("lxc-info -n web")).stdout).toContain(
      "web doesn't exist",
    );
  });
});

describe("a Debian container", () => {
  it("keeps its data when it stops and when the machine starts anew", async () => {
    const state = await mkdtemp(join(tmpdir(), "lxc-state-"));
    try {
      const before = await RealMachine.start({ state });
      await before.output("lxc-create -n deb -t image -- debian");
      await before.output("lxc-start -n deb && lxc-wait -n deb -s RUNNING -t 20");
      expect(await before.output("lxc-attach -n deb -- cat /etc/os-release")).toContain("bookworm");
      expect(await before.output("lxc-attach -n deb -- dpkg --audit")).toBe("");
      await before.output("lxc-attach -n deb -- sh -c 'echo kept > /root/note'");
      await before.output("lxc-stop -n deb && lxc-start -n deb");
      expect(await before.output("lxc-attach -n deb -- cat /root/note")).toBe("kept");
      await before.end();
      const after = await RealMachine.start({ state });
      expect(await after.output("lxc-info -n deb -sH")).toBe("STOPPED");
      await after.output("lxc-start -n deb && lxc-wait -n deb -s RUNNING -t 20");
      expect(await after.output("lxc-attach -n deb -- cat /root/note")).toBe("kept");
      await after.end();
    } finally {
      await rm(state, { recursive: true, force: true });
    }
  });
});
