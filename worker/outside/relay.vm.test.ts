// TCP of the real machine by a relay that speaks wisp, on this computer's loopback.

import { createServer as createWebServer, type Server as WebServer } from "node:http";
import { type AddressInfo, createServer, type Server } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodeOutside } from "../outside-node.ts";
import { useRealMachine } from "../testing/real-machine-node.ts";
import type { OutsideAccess } from "./outside-access.ts";
import { serveWisp, type WispServer } from "./testing/wisp-server-node.ts";

let relay: WispServer;
const access: OutsideAccess = {
  relay: () => nodeOutside({ relay: relay.url })!.relay!(),
};
const machine = useRealMachine({ outside: access });
const run = (line: string) => machine().run(line);
const output = (line: string) => machine().output(line);

const MUCH = 600_000;
/** Welcomes, says back what it hears, and ends after "QUIT" or much. */
let echo: Server;
let web: WebServer;

beforeAll(async () => {
  echo = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.write("220 welcome\r\n");
    let count = 0;
    socket.on("data", (bytes) => {
      count += bytes.byteLength;
      socket.write(bytes);
      if (count >= MUCH || bytes.includes("QUIT")) socket.end();
    });
  });
  web = createWebServer((_request, response) => response.end("by the relay\n"));
  await new Promise<void>((resolve) => echo.listen(0, "127.0.0.1", resolve));
  await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", resolve));
  relay = await serveWisp({
    "mail.example:25": (echo.address() as AddressInfo).port,
    "203.0.113.7:2222": (echo.address() as AddressInfo).port,
    "site.example:80": (web.address() as AddressInfo).port,
  });
  await output("docker pull -q busybox; docker network create own");
});

afterAll(() => {
  relay.close();
  echo.close();
  web.close();
});

describe("a relay", () => {
  it("leads to names, which it resolves, and to addresses, on any port", async () => {
    expect(await output("docker run --rm busybox wget -qO- http://site.example/")).toBe("by the relay");
    expect(
      await output(
        "docker run --rm --network own busybox sh -c 'echo QUIT | nc mail.example 25 | head -n 1'",
      ),
    ).toBe("220 welcome\r");
    expect(await output("docker run --rm busybox sh -c 'echo QUIT | nc 203.0.113.7 2222 | head -n 1'")).toBe(
      "220 welcome\r",
    );
    expect(relay.asked).toEqual(["site.example:80", "mail.example:25", "203.0.113.7:2222"]);
  });

  it("carries much both ways, however little it takes at once", async () => {
    const sum = await output(`head -c ${MUCH} /dev/zero | sha256sum`);
    expect(
      await output(
        `docker run --rm busybox sh -c 'head -c ${MUCH} /dev/zero | nc mail.example 25 | tail -c +14 | sha256sum'`,
      ),
    ).toBe(sum);
  });

  it("that does not lead somewhere breaks the connection, and others go on", async () => {
    const { code } = await run("docker run --rm busybox wget -qO- http://nowhere.example/");
    expect(code).toBe(1);
    expect(await output("docker run --rm busybox wget -qO- http://site.example/")).toBe("by the relay");
  });

  it("is connected to again after it was gone", async () => {
    relay.drop();
    expect(await output("docker run --rm busybox wget -qO- http://site.example/")).toBe("by the relay");
  });
});
