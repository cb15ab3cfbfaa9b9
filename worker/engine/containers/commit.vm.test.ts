// diff, commit, save, load and import on the real machine: what overlayfs writes comes out as Docker's changes and layers.

import { describe, expect, it } from "vitest";
import { useRealMachine } from "../../testing/real-machine-node.ts";

const machine = useRealMachine();
const output = (line: string) => machine().output(line);

/** Changes of every kind to an image that has /etc/passwd, /etc/group, /bin with many links, /var/spool/mail. */
const CHANGE = [
  "echo new > /added",
  "mkdir -p /d/e; echo x > /d/e/f; ln /d/e/f /d/e/g; ln -s f /d/e/s; mkfifo /d/pipe",
  "echo more >> /etc/passwd",
  "chmod 700 /root",
  "rm /etc/group",
  "rm -r /var/spool; mkdir /var/spool; echo again > /var/spool/kept",
  "rmdir /home",
  "mknod /d/null c 1 3",
  "rm /bin/busybox.gone 2>/dev/null; true",
].join("; ");

describe("docker diff", () => {
  it("shows nothing for a container that changed nothing", async () => {
    await output(
      "docker pull -q busybox; docker create --name idle busybox; docker run --name ran busybox true",
    );
    expect(await output("docker diff idle; docker diff ran; docker rm idle ran")).toBe("idle\nran");
  });

  it("tells added, changed and deleted paths apart, sorted", async () => {
    await output(`docker run --name changed busybox sh -c '${CHANGE}'`);
    expect((await output("docker diff changed")).split("\n")).toEqual([
      "A /added",
      "A /d",
      "A /d/e",
      "A /d/e/f",
      "A /d/e/g",
      "A /d/e/s",
      "A /d/null",
      "A /d/pipe",
      "C /etc",
      "D /etc/group",
      "C /etc/passwd",
      "D /home",
      "C /root",
      "C /var",
      "C /var/spool",
      "A /var/spool/kept",
      "D /var/spool/mail",
    ]);
  });

  it("reads no content: what is large costs no more", async () => {
    const { v86 } = machine().sandbox.machine;
    await output("docker run --name large busybox dd if=/dev/zero of=/large bs=1M count=64; sync");
    const before = v86.get_instruction_counter();
    expect(await output("docker diff large")).toBe("A /large");
    // Reading that much and sending it takes a multiple of its bytes.
    expect((v86.get_instruction_counter() - before) >>> 0).toBeLessThan(32_000_000);
    await output("docker rm large; docker run --name larger busybox truncate -s 3072G /larger");
    expect(await output("docker diff larger")).toBe("A /larger");
    await output("docker rm larger");
  });

  it("sees what a running container does", async () => {
    await output("docker run -d --name busy busybox sh -c 'echo 1 > /one; sleep 1000'");
    await output("until docker exec busy test -s /one; do :; done");
    expect(await output("docker diff busy; docker rm -f busy")).toBe("A /one\nbusy");
  });
});

describe("docker commit", () => {
  /** Every file of an image with mode, owner, size and target, but for what is mounted. */
  const tree = (image: string) =>
    output(
      `docker run --rm ${image} sh -c "cd /; find . -xdev ! -path './proc*' ! -path './sys*' ! -path './dev*' -exec stat -c '%n %F %a %u %g %h %N' {} + | sort; cat /etc/passwd /d/e/g"`,
    );

  it("keeps all of it in a layer of its own", async () => {
    const committed = await output(
      "docker commit -a someone -m 'a change' -c 'ENV A=b C=\"d e\"' -c 'CMD [\"cat\", \"/added\"]' -c 'EXPOSE 80' changed mine:1",
    );
    expect(committed).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(await output("docker run --rm mine:1")).toBe("new");
    const inspected = JSON.parse(await output("docker image inspect mine:1"))[0];
    expect(inspected).toMatchObject({
      Id: committed,
      Author: "someone",
      Comment: "a change",
      Config: { Cmd: ["cat", "/added"], ExposedPorts: { "80/tcp": {} } },
    });
    expect(inspected.Config.Env).toEqual(expect.arrayContaining(["A=b", "C=d e"]));
    expect(inspected.RootFS.Layers).toHaveLength(2);
    expect(await tree("mine:1")).toContain("more");
    const [gone, link] = (
      await output(
        "docker run --rm mine:1 sh -c 'ls -d /etc/group /home /var/spool/mail 2>&1 | wc -l; stat -c %h /d/e/f; ls /var/spool'",
      )
    ).split("\n");
    expect([gone, link]).toEqual(["3", "2"]);
    expect(await output("docker run --rm mine:1 ls /etc/group /home /var/spool/mail 2>/dev/null; true")).toBe(
      "",
    );
  });

  it("makes no layer of no change, and pauses a container meanwhile", async () => {
    await output("docker run -d --name quiet busybox sleep 1000");
    await output("docker commit quiet same:1");
    expect(await output("docker inspect -f '{{len .RootFS.Layers}}' same:1")).toBe("1");
    expect(await output("docker inspect -f '{{.State.Status}}' quiet; docker rm -f quiet")).toBe(
      "running\nquiet",
    );
    expect(
      await output("docker history --format '{{.Size}}' same:1 | head -1; docker rmi same:1 | head -1"),
    ).toBe("0B\nUntagged: same:1");
  });

  it("refuses what is no container, no name and no instruction", async () => {
    const refused = async (words: string) => (await machine().run(`docker commit ${words}`)).stderr;
    expect(await refused("absent")).toBe("Error response from daemon: No such container: absent\n");
    expect(await refused("changed UPPER")).toContain("must be lowercase");
    expect(await refused("-c 'RUN x' changed")).toBe(
      "Error response from daemon: RUN is not a valid change command\n",
    );
  });

  it("can be saved, removed and loaded with the same ids", async () => {
    const before = await tree("mine:1");
    const id = await output("docker images -q --no-trunc mine:1");
    await output("docker rm changed; docker save -o /root/mine.tar mine:1; docker rmi mine:1");
    expect(await output("docker load -i /root/mine.tar")).toContain("Loaded image: mine:1");
    expect(await output("docker images -q --no-trunc mine:1")).toBe(id);
    expect(await tree("mine:1")).toBe(before);
  });

  it("saves every image that ships under its own digest", async () => {
    for (const image of ["busybox", "hello-world", "nginx"]) {
      await output(`docker pull -q ${image}`);
      const id = await output(`docker images -q --no-trunc ${image}`);
      await output(`docker save ${image} | docker load`);
      expect(await output(`docker images -q --no-trunc ${image}`)).toBe(id);
    }
  });
});

describe("docker import", () => {
  it("makes an image of an exported container", async () => {
    await output("docker run --name out busybox sh -c 'echo kept > /kept'");
    const id = await output("docker export out | docker import -c 'CMD cat /kept' -m imported - flat:1");
    expect(id).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(await output("docker run --rm flat:1")).toBe("kept");
    expect(await output("docker export out | gzip | docker import - flat:2")).toMatch(/^sha256:/);
    expect(await output("docker run --rm flat:2 cat /kept; docker rm out")).toBe("kept\nout");
    expect(await output("docker history --format '{{.Comment}}' flat:1")).toBe("imported");
  });
});
