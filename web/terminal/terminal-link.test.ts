import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { TerminalMessage } from "../../worker/rpc/protocol.ts";
import { TerminalLink } from "./terminal-link.ts";

let worker: MessagePort;
let link: TerminalLink;
let heard: TerminalMessage[];
let screen: { writes: Uint8Array[]; finish: (() => void)[] };
let exits: number[];

beforeEach(() => {
  const channel = new MessageChannel();
  worker = channel.port2;
  heard = [];
  screen = { writes: [], finish: [] };
  exits = [];
  worker.onmessage = ({ data }: MessageEvent<TerminalMessage>) => heard.push(data);
  link = new TerminalLink(
    channel.port1,
    {
      write(bytes, done) {
        screen.writes.push(bytes);
        screen.finish.push(done);
      },
    },
    (code) => exits.push(code),
    80,
  );
});

afterEach(() => {
  link.close();
  worker.close();
});

const say = (message: TerminalMessage) => worker.postMessage(message);
const data = (...bytes: number[]): TerminalMessage => ({ type: "data", bytes: Uint8Array.from(bytes) });
const delivered = () => new Promise<void>((resolve) => setTimeout(resolve, 5));

describe("TerminalLink", () => {
  it("sends what is typed as UTF-8", async () => {
    link.send("é");
    await delivered();
    expect(heard).toEqual([data(0xc3, 0xa9)]);
  });

  it("acknowledges only what the screen has parsed", async () => {
    say(data(1, 2, 3));
    await delivered();
    expect(screen.writes).toEqual([Uint8Array.of(1, 2, 3)]);
    expect(heard).toEqual([]);
    screen.finish[0]!();
    await delivered();
    expect(heard).toEqual([{ type: "ack", bytes: 3 }]);
  });

  it("gathers what arrives while the screen is busy, in order", async () => {
    say(data(1));
    say(data(2));
    say(data(3, 4));
    await delivered();
    expect(screen.writes).toHaveLength(1);
    screen.finish[0]!();
    expect(screen.writes[1]).toEqual(Uint8Array.of(2, 3, 4));
  });

  it("keeps a gathered write below 512 KiB", async () => {
    say(data(0));
    for (let chunk = 0; chunk < 3; chunk++) say({ type: "data", bytes: new Uint8Array(200_000) });
    await delivered();
    screen.finish[0]!();
    expect(screen.writes[1]!.byteLength).toBe(400_000);
  });

  const flood = async () => {
    say({ type: "data", bytes: new Uint8Array(20_000) });
    say(data(1));
    await delivered();
    screen.finish[0]!();
    await delivered();
    expect(heard).toEqual([{ type: "ack", bytes: 20_000 }]);
    expect(screen.writes).toHaveLength(1);
  };

  it("lets a flood rest between two writes, after which it goes on", async () => {
    await flood();
    say(data(2));
    await expect.poll(() => screen.writes[1]).toEqual(Uint8Array.of(1, 2));
  });

  it("ends the rest when much waits, and begins none", async () => {
    await flood();
    say({ type: "data", bytes: new Uint8Array(300_000) });
    say({ type: "data", bytes: new Uint8Array(270_000) });
    await delivered();
    expect(screen.writes[1]!.byteLength).toBe(300_001);
    screen.finish[1]!();
    expect(screen.writes[2]!.byteLength).toBe(270_000);
    say(data(2));
    await delivered();
    screen.finish[2]!();
    expect(screen.writes).toHaveLength(3);
  });

  it("ends the rest when something is typed", async () => {
    await flood();
    link.send("x");
    expect(screen.writes[1]).toEqual(Uint8Array.of(1));
  });

  it("does not rest when something was typed while the screen was busy", async () => {
    say({ type: "data", bytes: new Uint8Array(20_000) });
    say(data(1));
    await delivered();
    link.send("x");
    screen.finish[0]!();
    expect(screen.writes[1]).toEqual(Uint8Array.of(1));
  });

  it("tells of the exit after the last output", async () => {
    say(data(1));
    say({ type: "exit", code: 130 });
    await delivered();
    expect(exits).toEqual([]);
    screen.finish[0]!();
    expect(exits).toEqual([130]);
  });

  it("tells of an exit without output", async () => {
    say({ type: "exit", code: 0 });
    await delivered();
    expect(exits).toEqual([0]);
  });

  it("does nothing more once closed", async () => {
    say(data(1));
    await delivered();
    link.close();
    screen.finish[0]!();
    link.send("x");
    await delivered();
    expect(heard).toEqual([]);
    expect(exits).toEqual([]);
  });
});
