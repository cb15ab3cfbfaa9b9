import { describe, expect, it } from "vitest";
import { EngineError } from "../../base/errors.ts";
import type { AskNameServer } from "../container-runtime.ts";
import { connectContainer, disconnectContainer } from "../containers/change-networks.ts";
import { createContainer } from "../containers/create.ts";
import { renameContainer } from "../containers/rename.ts";
import { startContainer } from "../containers/start.ts";
import { stopContainer } from "../containers/stop.ts";
import { containerRequest } from "../testing/container-request.ts";
import { networkRequest } from "../testing/network-request.ts";
import { testEngine } from "../testing/test-engine.ts";
import { createNetwork } from "./create-network.ts";
import { encodeDnsName } from "./dns-message.ts";

type Parts = Awaited<ReturnType<typeof testEngine>>;

const nobody: AskNameServer = async () => {
  throw new EngineError("unavailable", "nobody");
};

async function network({ engine }: Parts, name: string) {
  await createNetwork(engine, networkRequest(name));
}

async function start(
  { engine }: Parts,
  name: string,
  networkMode: string,
  more: { aliases?: string[]; links?: string[]; host?: object } = {},
) {
  const request = containerRequest({
    name,
    config: { cmd: ["serve"] },
    host: { networkMode, ...more.host },
  });
  const { container } = await createContainer(engine, {
    ...request,
    endpoints: {
      [networkMode]: {
        aliases: more.aliases ?? [],
        links: more.links ?? [],
        ipAddress: "",
        macAddress: "",
        gatewayPriority: 0,
      },
    },
  });
  await startContainer(engine, container.id);
  return container;
}

function question(name: string, type: number): Uint8Array {
  return Uint8Array.of(0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...encodeDnsName(name), 0, type, 0, 1);
}

/** Code and addresses, or the names of PTR answers. */
async function ask(parts: Parts, id: string, name: string, type = 1, server = nobody) {
  const message = question(name, type);
  const answer = await parts.runtime.nameServers.get(id)!(message, "udp", server);
  if (!answer) return "nothing";
  const found: string[] = [];
  let at = message.byteLength;
  for (let left = answer[7]!; left > 0; left--) {
    const length = answer[at + 11]!;
    const data = answer.subarray(at + 12, at + 12 + length);
    found.push(type === 1 ? data.join(".") : new TextDecoder().decode(data));
    at += 12 + length;
  }
  return `${answer[3]! & 15} ${found.sort().join(" ")}`.trim();
}

const OK = 0;
const SERVER_FAILURE = "2";
const NO_SUCH_NAME = "3";

describe("the name server of a container", () => {
  it("knows names, aliases, short ids and hostnames of its own networks, and no others", async () => {
    const parts = await testEngine();
    await network(parts, "one");
    await network(parts, "two");
    const web = await start(parts, "Web", "one", { aliases: ["www"] });
    const client = await start(parts, "client", "one");
    await start(parts, "far", "two");
    await start(parts, "plain", "bridge");
    const address = web.record.endpoints.one?.live?.ipAddress;
    for (const name of ["web", "WEB", "www", web.id.slice(0, 12), "web.one", "www.one"])
      expect(await ask(parts, client.id, name)).toBe(`${OK} ${address}`);
    for (const name of ["far", "plain", "web.two", "we", "one"])
      expect(await ask(parts, client.id, name)).toMatch(/^[23]$/);
    expect(await ask(parts, client.id, "web", 28)).toBe("0");
    expect(await ask(parts, client.id, "web", 15)).toBe("0");
    expect(await ask(parts, client.id, "far")).toBe(NO_SUCH_NAME);
    expect(await ask(parts, client.id, "example.com")).toBe(SERVER_FAILURE);
    const reverse = `${address?.split(".").reverse().join(".")}.in-addr.arpa`;
    expect(await ask(parts, client.id, reverse, 12)).toContain("\x03Web\x03one");
    expect(await ask(parts, client.id, "1.2.3.4.in-addr.arpa", 12)).toBe(NO_SUCH_NAME);
  });

  it("is where resolv.conf sends a container on such a network, and no other", async () => {
    const parts = await testEngine();
    await network(parts, "one");
    const client = await start(parts, "client", "one", { host: { dnsSearch: ["corp"] } });
    const plain = await start(parts, "plain", "bridge");
    const resolv = (id: string) =>
      parts.runtime.files.entries.get(`/run/slipway/containers/${id}/resolv.conf`);
    expect(resolv(client.id)).toMatch(/nameserver 127\.0\.0\.11\nsearch corp\noptions ndots:0\n$/);
    expect(resolv(plain.id)).not.toContain("127.0.0.11");
    expect(parts.runtime.nameServers.has(plain.id)).toBe(false);
  });

  it("gives every address of a shared alias, in turn", async () => {
    const parts = await testEngine();
    await network(parts, "one");
    const all = await Promise.all(
      ["db1", "db2", "db3"].map((name) => start(parts, name, "one", { aliases: ["db"] })),
    );
    const addresses = all.map(({ record }) => record.endpoints.one?.live?.ipAddress).sort();
    expect(await ask(parts, all[0]!.id, "db")).toBe(`${OK} ${addresses.join(" ")}`);
  });

  it("follows stops, renames, connects and disconnects", async () => {
    const parts = await testEngine();
    const { engine, runtime } = parts;
    await network(parts, "one");
    await network(parts, "two");
    const web = await start(parts, "web", "one");
    const client = await start(parts, "client", "bridge", {
      host: { portBindings: { "80/tcp": [{ hostIp: "", hostPort: "8080" }] } },
    });
    const endpoint = { aliases: ["c"], links: [], ipAddress: "", macAddress: "", gatewayPriority: 0 };
    await connectContainer(engine, "one", client.id, endpoint);
    expect(await ask(parts, client.id, "web")).toMatch(/^0 172/);
    expect(await ask(parts, web.id, "c")).toBe(`0 ${client.record.endpoints.one?.live?.ipAddress}`);
    const bundle = `/run/slipway/containers/${client.id}`;
    expect(runtime.files.entries.get(`${bundle}/resolv.conf`)).toContain("nameserver 127.0.0.11");
    const hosts = () => runtime.files.entries.get(`${bundle}/hosts`);
    expect(hosts()).toMatch(/172\.17\.0\.2\t\w{12}\n172\.18\.0\.3\t\w{12}\n$/);
    await renameContainer(engine, "web", "site");
    expect(await ask(parts, client.id, "web")).toBe(NO_SUCH_NAME);
    expect(await ask(parts, client.id, "site")).toMatch(/^0 172/);
    const id = client.id.slice(0, 12);
    await disconnectContainer(engine, "bridge", client.id);
    expect(hosts()).not.toContain("172.17.0.2");
    expect(runtime.calls.filter((call) => /Gateway|forward|Endpoint/.test(call))).toEqual([
      `connectEndpoint ${id} ${engine.networks.find("one").bridge} eth1 172.18.0.3/16`,
      `disconnectEndpoint ${id} eth0`,
      `setDefaultGateway ${id} 172.18.0.1`,
      `forwardPorts ${id} 8080:172.18.0.3:80`,
    ]);
    await disconnectContainer(engine, "one", client.id);
    expect(await ask(parts, client.id, "site")).toBe(NO_SUCH_NAME);
    expect(await ask(parts, web.id, "c")).toBe(NO_SUCH_NAME);
    await connectContainer(engine, "two", web.id, endpoint);
    await stopContainer(engine, web.id);
    expect(runtime.nameServers.has(web.id)).toBe(false);
  });

  it("keeps an alias of a link to the container that has the link", async () => {
    const parts = await testEngine();
    await network(parts, "one");
    const db = await start(parts, "db", "one");
    const linked = await start(parts, "linked", "one", { links: ["db:store"] });
    const other = await start(parts, "other", "one");
    expect(await ask(parts, linked.id, "store")).toBe(`0 ${db.record.endpoints.one?.live?.ipAddress}`);
    expect(await ask(parts, other.id, "store")).toBe(NO_SUCH_NAME);
  });

  it("asks the container's own servers about other names, one after another", async () => {
    const parts = await testEngine();
    await network(parts, "one");
    const client = await start(parts, "client", "one", {
      host: { dns: ["127.0.0.11", "10.0.0.1", "10.0.0.2"] },
    });
    const asked: string[] = [];
    const server: AskNameServer = async (address, message) => {
      asked.push(address);
      if (address === "10.0.0.1") throw new EngineError("unavailable", "silent");
      const answer = message.slice();
      answer[2] = 0x81;
      answer[3] = 0x83;
      return answer;
    };
    expect(await ask(parts, client.id, "example.com", 1, server)).toBe(NO_SUCH_NAME);
    expect(asked).toEqual(["10.0.0.1", "10.0.0.2"]);
    expect(await ask(parts, client.id, "example.com")).toBe(SERVER_FAILURE);
  });

  it("answers what is no question with an error, or not at all", async () => {
    const parts = await testEngine();
    await network(parts, "one");
    const client = await start(parts, "client", "one");
    const answer = (bytes: Uint8Array) => parts.runtime.nameServers.get(client.id)!(bytes, "udp", nobody);
    expect(await answer(new Uint8Array(3))).toBeUndefined();
    expect((await answer(new Uint8Array(12)))?.[3]).toBe(0x81);
    const update = question("x", 1);
    update[2] = 0x28;
    expect((await answer(update))?.[3]).toBe(0x84);
  });
});
