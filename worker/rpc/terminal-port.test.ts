import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { TerminalMessage } from "./protocol.ts";
import { type TerminalPort, terminalPort } from "./terminal-port.ts";

let page: MessagePort;
let terminal: TerminalPort;
let received: TerminalMessage[];

beforeEach(() => {
  const channel = new MessageChannel();
  page = channel.port1;
  received = [];
  page.onmessage = ({ data }: MessageEvent<TerminalMessage>) => received.push(data);
  terminal = terminalPort(channel.port2, 10);
});

afterEach(() => page.close());

const say = (message: TerminalMessage) => page.postMessage(message);
/** A round trip: everything posted before has arrived. */
const delivered = () => new Promise<void>((resolve) => setTimeout(resolve, 5));
const receivedBytes = () =>
  received.reduce((sum, message) => sum + (message.type === "data" ? message.bytes.byteLength : 0), 0);

describe("terminalPort()", () => {
  it("yields what is typed", async () => {
    say({ type: "data", bytes: Uint8Array.of(1, 2) });
    const reader = terminal.readable.getReader();
    expect((await reader.read()).value).toEqual(Uint8Array.of(1, 2));
  });

  it("sends no more than the window until it is acknowledged", async () => {
    const writer = terminal.writable.getWriter();
    let written = false;
    void writer.write(new Uint8Array(25)).then(() => {
      written = true;
    });
    await delivered();
    expect(receivedBytes()).toBe(10);
    say({ type: "ack", bytes: 4 });
    await delivered();
    expect(receivedBytes()).toBe(14);
    expect(written).toBe(false);
    say({ type: "ack", bytes: 10 });
    await delivered();
    say({ type: "ack", bytes: 10 });
    await delivered();
    expect(receivedBytes()).toBe(25);
    expect(written).toBe(true);
  });

  it("keeps the bytes' order and leaves the writer's buffer alone", async () => {
    const chunk = Uint8Array.from({ length: 8 }, (_, index) => index);
    const writer = terminal.writable.getWriter();
    await writer.write(chunk.subarray(2, 5));
    await delivered();
    expect(received).toEqual([{ type: "data", bytes: Uint8Array.of(2, 3, 4) }]);
    expect(chunk.byteLength).toBe(8);
  });

  it("does not open the window wider than it was for acknowledgements that are too large", async () => {
    say({ type: "ack", bytes: 1_000_000 });
    say({ type: "ack", bytes: Number.NaN });
    say({ type: "ack", bytes: -50 });
    await delivered();
    void terminal.writable.getWriter().write(new Uint8Array(100));
    await delivered();
    expect(receivedBytes()).toBe(10);
  });

  it("lets go of a waiting write when the writer aborts", async () => {
    const writer = terminal.writable.getWriter();
    const write = writer.write(new Uint8Array(11));
    await delivered();
    await writer.abort(new Error("hung up"));
    await expect(write).rejects.toThrow("hung up");
  });

  it("tells the exit code after the output, and ends", async () => {
    const writer = terminal.writable.getWriter();
    await writer.write(Uint8Array.of(7));
    await writer.close();
    terminal.exit(3);
    await delivered();
    expect(received).toEqual([
      { type: "data", bytes: Uint8Array.of(7) },
      { type: "exit", code: 3 },
    ]);
    expect((await terminal.readable.getReader().read()).done).toBe(true);
  });

  it("rejects a waiting write when the page closed the terminal", async () => {
    const write = terminal.writable.getWriter().write(new Uint8Array(11));
    await delivered();
    terminal.close();
    await expect(write).rejects.toThrow("The terminal was closed");
  });
});
