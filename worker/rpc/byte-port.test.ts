import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readAll, streamOf } from "../base/streams.ts";
import { type BytePort, bytePort } from "./byte-port.ts";

let near: BytePort;
let far: BytePort;
let ports: MessagePort[];

beforeEach(() => {
  const { port1, port2 } = new MessageChannel();
  ports = [port1, port2];
  near = bytePort(port1, 10);
  far = bytePort(port2, 10);
});

afterEach(() => {
  for (const port of ports) port.close();
});

const bytes = (count: number) => Uint8Array.from({ length: count }, (_, index) => index);
/** A few round trips: everything posted before has arrived. */
const delivered = () => new Promise<void>((resolve) => setTimeout(resolve, 10));

describe("bytePort()", () => {
  it("carries both directions at once, each to its own end", async () => {
    void streamOf(bytes(95), bytes(3)).pipeTo(near.writable);
    void streamOf(bytes(41)).pipeTo(far.writable);
    const [there, back] = await Promise.all([readAll(far.readable), readAll(near.readable)]);
    expect([...there]).toEqual([...bytes(95), ...bytes(3)]);
    expect([...back]).toEqual([...bytes(41)]);
  });

  it("sends no more than the window to a reader that does not read", async () => {
    const writer = near.writable.getWriter();
    let written = false;
    void writer.write(bytes(11)).then(() => {
      written = true;
    });
    await delivered();
    expect(written).toBe(false);
    const reader = far.readable.getReader();
    expect((await reader.read()).value?.byteLength).toBe(10);
    expect((await reader.read()).value?.byteLength).toBe(1);
    await expect.poll(() => written).toBe(true);
  });

  it("lets a half-closed connection answer", async () => {
    const input = readAll(far.readable);
    await near.writable.close();
    expect((await input).byteLength).toBe(0);
    const writer = far.writable.getWriter();
    void writer.write(bytes(4)).then(() => writer.close());
    expect((await readAll(near.readable)).byteLength).toBe(4);
  });

  it("stops the writer when the reader cancels", async () => {
    await far.readable.cancel();
    const writer = near.writable.getWriter();
    await expect(writer.closed).rejects.toThrow("The reader wants no more");
  });

  it("breaks the reader when the writer aborts", async () => {
    const read = readAll(far.readable);
    await near.writable.abort(new Error("the file went away"));
    await expect(read).rejects.toThrow("the file went away");
  });

  it("gives up both directions on both sides", async () => {
    const here = readAll(near.readable);
    const there = readAll(far.readable);
    const writing = far.writable.getWriter().write(bytes(50));
    near.drop("never mind");
    await expect(here).rejects.toThrow("never mind");
    await expect(there).rejects.toThrow("never mind");
    await expect(writing).rejects.toThrow();
    expect(far.dropped.aborted).toBe(true);
    expect(near.dropped.aborted).toBe(false);
  });

  it("has nothing to give up once both directions have ended", async () => {
    await near.writable.close();
    await far.writable.close();
    await Promise.all([readAll(near.readable), readAll(far.readable)]);
    near.drop("too late");
    await delivered();
    expect(far.dropped.aborted).toBe(false);
  });
});
