// lxc-create that is ended in the middle, by Ctrl-C or by the page that has begun it: nothing half-made stays, and the name is free at once.

import { beforeAll, describe, expect, it } from "vitest";
import { bytePort } from "../rpc/byte-port.ts";
import { serveCommand } from "../rpc/serve-command.ts";
import { useRealMachine } from "../testing/real-machine-node.ts";

const machine = useRealMachine();
const output = (line: string) => machine().output(line);

const CREATE = "lxc-create -n box -t image -- debian";
const UNDER_WAY = "until [ -e /var/lib/lxc/box/rootfs/usr/bin/env ]; do sleep 0.1; done";
/** But for layers of images and network namespaces, which are kept for the next container. */
const MOUNTS = "grep -v /run/slipway/ /proc/self/mounts";

let mounts: string;

beforeAll(async () => {
  mounts = await output(MOUNTS);
});

async function expectNothingLeft(): Promise<void> {
  expect(await output("lxc-ls")).toBe("");
  await output("lxc-create -n box -t image -- busybox && lxc-destroy -n box");
  await output('until [ -z "$(ls -A /var/lib/lxc)" ]; do sleep 0.1; done');
  expect(await output("docker ps -aq; pgrep -l lxc; true")).toBe("");
  expect(await output(MOUNTS)).toBe(mounts);
}

describe("lxc-create that is ended in the middle", () => {
  it("before it has copied anything keeps out of the next container of the name", async () => {
    const shell = await machine().start(CREATE, { terminal: { columns: 80, rows: 24 } });
    await shell.until(/Copying the files/);
    await shell.write("\x03");
    expect((await shell.ended).code).toBe(130);
    await output("lxc-create -n box -t image -- busybox; sleep 3");
    expect((await machine().run("ls /var/lib/lxc/box/rootfs/usr/bin/apt-get")).code).not.toBe(0);
    await output("lxc-destroy -n box");
  });

  it("by Ctrl-C leaves nothing behind", async () => {
    const shell = await machine().start(CREATE, { terminal: { columns: 80, rows: 24 } });
    await output(UNDER_WAY);
    await shell.write("\x03");
    expect((await shell.ended).code).toBe(130);
    await expectNothingLeft();
  });

  it("by the page leaves nothing behind", async () => {
    const { port1, port2 } = new MessageChannel();
    const page = bytePort(port1);
    const ended = serveCommand(machine().sandbox, { line: CREATE, terminates: true }, bytePort(port2));
    await output(UNDER_WAY);
    page.drop("cancelled");
    expect((await ended).code).toBe(143);
    await expectNothingLeft();
  });
});
