// The channel on the real machine: no byte lost at any speed, memory bounded, and an end for everything that waits.

import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { chunksOf } from "../base/streams.ts";
import { RealMachine, useRealMachine } from "../testing/real-machine-node.ts";

const MEGABYTE = 1_048_576;
const machine = useRealMachine();

/** Bytes that no compression or repetition hides a loss in: a counter stirred by a multiplication. */
function* patterned(totalBytes: number): Generator<Uint8Array> {
  const words = new Uint32Array(16_384);
  for (let offset = 0; offset < totalBytes; offset += words.byteLength) {
    for (let at = 0; at < words.length; at++) words[at] = Math.imul(offset / 4 + at, 0x9e3779b1) ^ 0x5bd1e995;
    yield new Uint8Array(words.buffer.slice(0, Math.min(words.byteLength, totalBytes - offset)));
  }
}

async function pushThroughCat(
  totalBytes: number,
): Promise<{ sent: string; received: string; bytes: number }> {
  const cat = await machine().sandbox.runCommand("exec cat");
  const sent = createHash("sha256");
  const received = createHash("sha256");
  let bytes = 0;
  const push = async () => {
    const writer = cat.stdin!.getWriter();
    for (const block of patterned(totalBytes)) {
      sent.update(block);
      await writer.write(block);
    }
    await writer.close();
  };
  const pull = async () => {
    for await (const block of chunksOf(cat.stdout)) {
      received.update(block);
      bytes += block.byteLength;
    }
  };
  await Promise.all([push(), pull()]);
  expect((await cat.exited).code).toBe(0);
  return { sent: sent.digest("hex"), received: received.digest("hex"), bytes };
}

describe("Channel on the real machine", () => {
  it("loses no byte of 64 MB both ways while the guest is busy", async () => {
    const busy = await machine().start("while :; do :; done");
    const { sent, received, bytes } = await pushThroughCat(64 * MEGABYTE);
    busy.signal(9);
    expect(bytes).toBe(64 * MEGABYTE);
    expect(received).toBe(sent);
    expect((await busy.ended).code).toBe(137);
  });

  it("holds back a writer whose reader is slow, and loses nothing", async () => {
    const source = await machine().sandbox.runCommand("seq 1 1000000 | tee /tmp/copy");
    const reader = source.stdout.getReader();
    const hash = createHash("sha256");
    let bytes = 0;
    const first = await reader.read();
    hash.update(first.value!);
    bytes += first.value!.byteLength;
    // Whoever is not read from stops: what is on its way stays below the stream's credit and the pipes' sizes.
    const size = async () => Number(await machine().output("stat -c %s /tmp/copy"));
    let before = await size();
    for (let same = 0; same < 3; ) {
      const now = await size();
      same = now === before ? same + 1 : 0;
      before = now;
    }
    expect(before).toBeLessThan(2 * MEGABYTE);
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      hash.update(value);
      bytes += value.byteLength;
    }
    expect(bytes).toBe(6_888_896);
    expect((await machine().output("sha256sum < /tmp/copy")).slice(0, 64)).toBe(hash.digest("hex"));
    await machine().output("rm /tmp/copy");
  });

  it("holds back the worker's writer while the guest does not read", async () => {
    const stopped = await machine().sandbox.runCommand("kill -STOP $$; cat | sha256sum");
    const writer = stopped.stdin!.getWriter();
    let written = 0;
    const hash = createHash("sha256");
    const push = (async () => {
      for (const block of patterned(2 * MEGABYTE)) {
        hash.update(block);
        await writer.write(block);
        written += block.byteLength;
      }
      await writer.close();
    })();
    await machine().output("true");
    await machine().output("true");
    expect(written).toBeLessThan(MEGABYTE);
    stopped.signal(18);
    const text = await new Response(stopped.stdout as ReadableStream<Uint8Array<ArrayBuffer>>).text();
    await push;
    expect(text.slice(0, 64)).toBe(hash.digest("hex"));
  });

  it("carries 50 streams at once", async () => {
    const open = machine().sandbox.machine.channel.streamCount;
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, number) =>
        machine().run(`read -r line; echo "${number} $line"; echo err${number} >&2; exit ${number}`, {
          stdin: `line ${number}\n`,
        }),
      ),
    );
    expect(results).toEqual(
      Array.from({ length: 50 }, (_, number) => ({
        stdout: `${number} line ${number}\n`,
        stderr: `err${number}\n`,
        code: number,
      })),
    );
    await expect
      .poll(() => machine().sandbox.machine.channel.streamCount, { timeout: 30_000 })
      .toBeLessThanOrEqual(open);
  });

  it("delivers everything of a command that ends at once", async () => {
    const { stdout, code } = await machine().run("seq 1 200000; exit 7");
    expect(code).toBe(7);
    expect(createHash("sha256").update(stdout).digest("hex")).toBe(
      createHash("sha256")
        .update(Array.from({ length: 200_000 }, (_, at) => `${at + 1}\n`).join(""))
        .digest("hex"),
    );
  });

  it("goes on when a process closes its input early", async () => {
    const process = await machine().sandbox.runCommand("head -c 5; exec <&-; echo; echo still here");
    const writer = process.stdin!.getWriter();
    const push = (async () => {
      for (const block of patterned(4 * MEGABYTE)) await writer.write(block);
    })().catch(() => "refused");
    const text = await new Response(process.stdout as ReadableStream<Uint8Array<ArrayBuffer>>).text();
    expect(text).toMatch(/\nstill here\n$/);
    expect((await process.exited).code).toBe(0);
    await push;
  });

  it("passes a signal, a terminal's size and a hang-up", async () => {
    const shell = await machine().start(
      "stty size; trap 'stty size' WINCH; echo ready; while :; do sleep 0.1; done",
      {
        terminal: { columns: 91, rows: 27 },
      },
    );
    await shell.until(/27 91[\r\n]+ready/);
    shell.resize({ columns: 100, rows: 31 });
    await shell.until(/31 100/);
    const watched = await machine().start("sleep 1000 & echo $!; wait", {
      terminal: { columns: 80, rows: 24 },
    });
    await watched.until(/^\d+\r?\n/);
    const pid = Number.parseInt(watched.stdout, 10);
    watched.close();
    shell.close();
    expect(await machine().output(`while kill -0 ${pid} 2>/dev/null; do sleep 0.1; done; echo gone`)).toBe(
      "gone",
    );
  });

  it("ends each line of a flood on a terminal once, and leaves the terminal's modes as they were", async () => {
    const flood = await machine().start(
      "seq 1 40000; sleep 0.1; stty -opost; seq 4 6; stty opost; seq 1 40000; stty raw; seq 7 9; stty cooked; stty -a",
      { terminal: { columns: 80, rows: 24 } },
    );
    await flood.until(/[^-]onlcr/);
    const lines = (from: number, to: number, end: string) =>
      Array.from({ length: to - from + 1 }, (_, index) => `${from + index}${end}`).join("");
    const many = lines(1, 40_000, "\r\n");
    expect(flood.stdout.startsWith(many + lines(4, 6, "\n") + many + lines(7, 9, "\n"))).toBe(true);
    expect(flood.stdout).toMatch(/[^-]opost/);
    expect(flood.stdout).toContain("-ignbrk");
    flood.close();
  });

  it("changes nothing of a flood's lines but their ends, however long they are", async () => {
    const text = Array.from({ length: 3000 }, (_, index) => {
      const line = "x".repeat(index % 67);
      return index % 5 === 0 ? `${line}\r\n` : index % 7 === 0 ? `\r${line}\n\n` : `${line}\n`;
    }).join("");
    await machine().sandbox.machine.agent.writeFile("/", "/tmp/lines", new Blob([text]).stream());
    const flood = await machine().start("cat /tmp/lines /tmp/lines /tmp/lines; sleep 0.1; echo end", {
      terminal: { columns: 80, rows: 24 },
    });
    await flood.until(/end\r\n$/);
    const onTerminal = text.replaceAll(/\n/g, "\r\n");
    // The kernel adds one to each line, the agent only where there is none; which of them did it depends on the moment.
    const oneEach = (output: string) => output.replaceAll(/\r+\n/g, "\r\n");
    expect(oneEach(flood.stdout)).toBe(oneEach(`${onTerminal}${onTerminal}${onTerminal}end\r\n`));
    flood.close();
  });

  it("rejects everything that waits when the machine ends", async () => {
    const other = await RealMachine.start();
    const process = await other.sandbox.runCommand("sleep 1000");
    const waiting = [
      process.exited,
      process.stdout.getReader().read(),
      other.sandbox.machine.agent.spawn({ argv: ["sleep", "9"], environment: {} }),
    ];
    const settled = Promise.allSettled(waiting);
    await other.sandbox.machine.end();
    for (const result of await settled)
      expect(result).toMatchObject({ status: "rejected", reason: { code: "unavailable" } });
    await expect(other.sandbox.runCommand("true")).rejects.toMatchObject({ code: "unavailable" });
  });
});
