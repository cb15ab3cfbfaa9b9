// Published ports on the computer that runs the machine: reached by real sockets, refused where another program listens.

import { connect, createServer, type Server } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodeHostPorts } from "./host-ports-node.ts";
import { useRealMachine } from "./testing/real-machine-node.ts";

const warnings: string[] = [];
const machine = useRealMachine({
  publish: {
    address: "127.0.0.1",
    ports: (connectGuest) => nodeHostPorts(connectGuest, (warning) => warnings.push(warning)),
  },
});
const run = (line: string) => machine().run(line);
const output = (line: string) => machine().output(line);

/** Answers every connection with what it says, in upper case, until its end. */
const SHOUT = "sh -c 'while true; do nc -l -p 80 -e tr a-z A-Z; done'";

/** What a server on this computer answers to `question`; rejects like the connection. */
async function ask(port: number, question: string): Promise<string> {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  socket.end(question);
  return text(socket);
}

/** The same, once the server of a container that was just started listens. */
async function askUntilAnswered(port: number, question: string): Promise<string> {
  for (;;) {
    const answer = await ask(port, question).catch(() => "");
    if (answer !== "") return answer;
    await output("true");
  }
}

async function portOf(name: string): Promise<number> {
  return Number((await output(`docker port ${name} 80`)).split(":")[1]);
}

/** A program of this computer that has two ports in a row. */
async function occupy(): Promise<{ first: number; servers: Server[] }> {
  const listen = (port: number) =>
    new Promise<Server>((resolve, reject) => {
      const server = createServer();
      server.once("error", reject);
      server.listen(port, "127.0.0.1", () => resolve(server));
    });
  for (;;) {
    const one = await listen(0);
    const first = (one.address() as { port: number }).port;
    try {
      return { first, servers: [one, await listen(first + 1)] };
    } catch {
      one.close();
    }
  }
}

let taken: Awaited<ReturnType<typeof occupy>>;

beforeAll(async () => {
  taken = await occupy();
  await output("docker pull -q busybox");
});

afterAll(() => {
  for (const server of taken.servers) server.close();
});

describe("a published port", () => {
  it("is a port of this computer while its container runs, both ways and with half-closes", async () => {
    await output(`docker run -d --name shout -p 80 busybox ${SHOUT}`);
    const port = await portOf("shout");
    expect(await output("docker port shout 80")).toBe(`127.0.0.1:${port}`);
    expect(await askUntilAnswered(port, "hello from outside")).toBe("HELLO FROM OUTSIDE");
    const long = "abc ".repeat(100_000);
    expect(await askUntilAnswered(port, long)).toBe(long.toUpperCase());
    await output("docker stop -t 0 shout");
    await expect(ask(port, "x")).rejects.toThrow("ECONNREFUSED");
    await output("docker start shout");
    expect(await askUntilAnswered(await portOf("shout"), "again")).toBe("AGAIN");
    await output("docker rm -f shout");
  });

  it("fails the start in Docker's words when another program of this computer has it", async () => {
    const { code, stderr } = await run(`docker run --name late -p ${taken.first}:80 busybox true`);
    expect(code).toBe(125);
    expect(stderr).toMatch(
      new RegExp(
        `failed to set up container networking: driver failed programming external connectivity on endpoint late \\([0-9a-f]{64}\\): failed to bind host port 127\\.0\\.0\\.1:${taken.first}/tcp: address already in use`,
      ),
    );
    expect((await output("docker inspect -f '{{.State.Status}}' late")).trim()).toBe("created");
    const elsewhere = await run(`docker run --rm -p 192.0.2.1:${taken.first}:80 busybox true`);
    expect(elsewhere.stderr).toContain("cannot assign requested address");
    await output("docker rm late");
  });

  it("is the first of a range that is free here too", async () => {
    const { first } = taken;
    await output(`docker run -d --name ranged -p ${first}-${first + 9}:80 busybox ${SHOUT}`);
    const port = await portOf("ranged");
    expect(port).toBeGreaterThan(first + 1);
    expect(port).toBeLessThan(first + 10);
    expect(await askUntilAnswered(port, "range")).toBe("RANGE");
    await output("docker rm -f ranged");
  });

  it("stays inside the machine when it is UDP, and says so", async () => {
    await output("docker run --rm -p 5353:53/udp busybox true");
    expect(warnings).toEqual(["port 5353/udp is published inside the machine only: here it is not opened"]);
  });
});
