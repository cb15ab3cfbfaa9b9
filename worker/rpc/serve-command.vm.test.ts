// Command lines of the page on the real machine.

import { describe, expect, it } from "vitest";
import { readText } from "../base/streams.ts";
import { useRealMachine } from "../testing/real-machine-node.ts";
import { bytePort } from "./byte-port.ts";
import { serveCommand } from "./serve-command.ts";

const machine = useRealMachine();

function run(line: string) {
  const { port1, port2 } = new MessageChannel();
  const page = bytePort(port1);
  return { page, ended: serveCommand(machine().sandbox, { line }, bytePort(port2)) };
}

describe("serveCommand()", () => {
  it("tells output, errors and exit code", async () => {
    const { page, ended } = run("echo out; echo err >&2; exit 3");
    expect(await readText(page.readable)).toBe("out\n");
    expect(await ended).toEqual({ code: 3, stderr: "err\n" });
  });

  it("passes stdin on, to its end", async () => {
    const { page, ended } = run("wc -c");
    const writer = page.writable.getWriter();
    await writer.write(new Uint8Array(100_000));
    await writer.close();
    expect(await readText(page.readable)).toBe("100000\n");
    expect((await ended).code).toBe(0);
  });

  it("kills a command that nobody wants any more", async () => {
    const { page, ended } = run("echo begun; exec sleep 1000");
    const reader = page.readable.getReader();
    await reader.read();
    page.drop("closed");
    expect((await ended).code).toBe(137);
  });
});
