// Programs of the real machine and of containers reach web servers of this computer by Node's fetch.

import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodeOutside } from "../outside-node.ts";
import { useRealMachine } from "../testing/real-machine-node.ts";

const machine = useRealMachine({ outside: nodeOutside({ web: true }) });
const run = (line: string) => machine().run(line);
const output = (line: string) => machine().output(line);

const LONG = "0123456789abcdef".repeat(65_536);
let server: Server;
let site: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === "/long") response.end(LONG);
    else if (request.url === "/moved") response.writeHead(302, { location: "/there" }).end();
    else if (request.url === "/none") response.writeHead(404).end("nothing\n");
    else {
      let body = "";
      request.on("data", (bytes) => {
        body += bytes;
      });
      request.on("end", () => {
        const { "x-own": own = "", "user-agent": agent = "" } = request.headers;
        response.end(`${request.method} ${request.url} ${own} ${agent} ${body}\n`);
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  site = `http://host.docker.internal:${(server.address() as AddressInfo).port}`;
  await output("docker pull -q busybox; docker network create own; docker network create --internal shut");
});

afterAll(() => server.close());

describe("a web server outside", () => {
  it("is reached from the machine, a container on docker0 and one on a network of one's own", async () => {
    expect(await output(`wget -qO- ${site}/a`)).toMatch(/^GET \/a /);
    expect(await output(`docker run --rm busybox wget -qO- ${site}/b?c=d`)).toMatch(/^GET \/b\?c=d /);
    expect(await output(`docker run --rm --network own busybox wget -qO- ${site}/e`)).toMatch(/^GET \/e /);
    expect(await output(`docker run --rm --network host busybox wget -qO- ${site}/f`)).toMatch(/^GET \/f /);
    expect(await output("docker run --rm busybox cat /etc/resolv.conf")).toContain("nameserver 198.18.0.1");
  });

  it("gets methods, headers and bodies, and gives statuses, redirections and long bodies", async () => {
    expect(
      await output(`docker run --rm busybox wget -qO- --header 'X-Own: 1' -U me --post-data hello ${site}/p`),
    ).toBe("POST /p 1 me hello");
    const sum = createHash("sha256").update(LONG).digest("hex");
    expect(await output(`docker run --rm busybox sh -c 'wget -qO- ${site}/long | sha256sum'`)).toContain(sum);
    expect(await output(`docker run --rm busybox wget -qO- ${site}/moved`)).toMatch(/^GET \/there /);
    const missing = await run(`docker run --rm busybox wget -qO- ${site}/none`);
    expect(missing.stderr).toContain("404 Not Found");
  });

  it("keeps a connection for several requests", async () => {
    const { port } = new URL(site);
    const requests =
      "GET /1 HTTP/1.1\\r\\nHost: host.docker.internal:PORT\\r\\n\\r\\nGET /2 HTTP/1.1\\r\\nHost: host.docker.internal:PORT\\r\\nConnection: close\\r\\n\\r\\n".replaceAll(
        "PORT",
        port,
      );
    const answers = await output(
      `docker run --rm busybox sh -c "printf '${requests}' | nc host.docker.internal ${port}"`,
    );
    expect(answers.match(/GET \/\d/g)).toEqual(["GET /1", "GET /2"]);
  });

  it("that is not there is an answer of 502 that says why", async () => {
    const nobody = createServer();
    await new Promise<void>((resolve) => nobody.listen(0, "127.0.0.1", resolve));
    const { port } = nobody.address() as AddressInfo;
    await new Promise((resolve) => nobody.close(resolve));
    const { stderr, code } = await run(
      `docker run --rm busybox wget -qO- http://host.docker.internal:${port}/`,
    );
    expect(code).toBe(1);
    expect(stderr).toContain("502 Cannot be reached");
    const request = `GET / HTTP/1.0\\r\\nHost: host.docker.internal:${port}\\r\\n\\r\\n`;
    const text = await output(
      `docker run --rm busybox sh -c "printf '${request}' | nc host.docker.internal ${port}"`,
    );
    expect(text).toContain("ECONNREFUSED");
  });

  it("is out of reach of an internal network", async () => {
    const { stderr, code } = await run(`docker run --rm --network shut busybox wget -qO- ${site}/`);
    expect(code).toBe(1);
    expect(stderr).toContain("bad address");
    const byAddress = await run("docker run --rm --network shut busybox wget -qO- http://198.18.1.0/");
    expect(byAddress.stderr).toContain("Network is unreachable");
  });
});

describe("what is no HTTP", () => {
  it("is ended: TLS with an alert, and what is no TCP at once", async () => {
    const tls = await run("docker run --rm busybox wget -qO- https://example.com/");
    expect(tls.code).toBe(1);
    expect(tls.stderr).toMatch(/alert|TLS|ssl/i);
    const ping = await run("docker run --rm busybox ping -c 1 -W 5 example.com");
    expect(ping.stdout + ping.stderr).toMatch(/unreachable|100% packet loss/i);
  });

  it("is found by name all the same, and an address that no name has is refused", async () => {
    const found = await output("docker run --rm busybox nslookup -type=a some.example.org");
    const address = /Address: (198\.1[89]\.\d+\.\d+)/.exec(found)?.[1];
    expect(address).toBeDefined();
    expect(await output(`docker run --rm --network own busybox nslookup ${address}`)).toContain(
      "some.example.org",
    );
    const nobody = await run("docker run --rm busybox nslookup nobody");
    expect(nobody.stdout + nobody.stderr).toContain("NXDOMAIN");
  });
});
