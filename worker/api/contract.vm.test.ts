// The contract: what Docker's own clients rely on, against the real machine. The cases are tables in testing/contract-*.ts.

import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import Docker from "dockerode";
import { describe, expect, it } from "vitest";
import { CLIENT_LINES } from "./testing/contract-client-lines.ts";
import { DOCKER, useContractHost } from "./testing/contract-host-node.ts";
import { REQUESTS, type Wanted } from "./testing/contract-requests.ts";

if (!DOCKER) console.warn("skipped: there is no docker client on this machine");
const host = useContractHost();

function expectBody(body: string, wanted: Wanted): void {
  if (wanted === null) expect(body).toBe("");
  else if (typeof wanted === "string") expect(body).toBe(wanted);
  else if (wanted instanceof RegExp) expect(body).toMatch(wanted);
  else if (Array.isArray(wanted)) {
    const list = JSON.parse(body);
    expect(list).toMatchObject(wanted);
  } else expect(JSON.parse(body)).toEqual(partOf(wanted));
}

/** At every depth only what is named counts; matchers stay as they are. */
function partOf(wanted: unknown): unknown {
  if (typeof wanted !== "object" || wanted === null || "asymmetricMatch" in wanted) return wanted;
  if (Array.isArray(wanted)) return wanted.map(partOf);
  return expect.objectContaining(
    Object.fromEntries(Object.entries(wanted).map(([key, value]) => [key, partOf(value)])),
  );
}

describe.each(Object.entries(REQUESTS))("the API's %s", (_noun, cases) => {
  it.each(cases.map(([line, status, wanted, json]) => [line, status, wanted, json] as const))(
    "%s: %i",
    async (line, status, wanted, json) => {
      const space = line.indexOf(" ");
      const answer = await host().ask(line.slice(0, space), line.slice(space + 1), json);
      expect(answer).toMatchObject({ status });
      expectBody(answer.text, wanted);
    },
  );
});

describe.skipIf(!DOCKER).each(Object.entries(CLIENT_LINES))("the docker client, %s", (_noun, cases) => {
  it.each(cases)("docker %s", async (line, code, out, err) => {
    const words = line.split(/(?<!\\) /).map((word) => word.replaceAll("\\ ", " "));
    const result = await host().docker(...words);
    expect(result, JSON.stringify(result)).toMatchObject({ code });
    for (const [actual, wanted] of [
      [result.out, out],
      [result.err, err],
    ] as const)
      if (typeof wanted === "string") expect(actual.replace(/\n$/, "")).toBe(wanted);
      else expect(actual.replace(/\n$/, "")).toMatch(wanted);
  });
});

describe("dockerode", () => {
  const client = () => new Docker({ socketPath: host().socketPath });
  const status = (asked: Promise<unknown>) =>
    asked.then(
      () => 200,
      (error: { statusCode?: number }) => error.statusCode,
    );

  it.each<[string, (docker: Docker) => Promise<unknown>, unknown]>([
    ["ping", async (docker) => String(await docker.ping()), "OK"],
    ["version", async (docker) => (await docker.version()).ApiVersion, "1.51"],
    ["info", async (docker) => (await docker.info()).OSType, "linux"],
    [
      "listContainers",
      async (docker) => (await docker.listContainers()).map(({ Names }) => Names),
      [["/web"]],
    ],
    [
      "listContainers, filters",
      async (docker) => (await docker.listContainers({ all: true, filters: { status: ["exited"] } })).length,
      1,
    ],
    ["inspect", async (docker) => (await docker.getContainer("web").inspect()).Name, "/web"],
    ["inspect of nothing", (docker) => status(docker.getContainer("nope").inspect()), 404],
    ["start of what runs", (docker) => status(docker.getContainer("web").start()), 304],
    ["top", async (docker) => (await docker.getContainer("web").top()).Processes.length, 1],
    ["changes", async (docker) => String(await docker.getContainer("idle").changes()), "null\n"],
    [
      "logs",
      async (docker) => String(await docker.getContainer("done").logs({ stdout: true })).slice(8),
      "out\n",
    ],
    [
      "stats",
      async (docker) => (await docker.getContainer("web").stats({ stream: false })).pids_stats?.current,
      1,
    ],
    ["wait", (docker) => docker.getContainer("done").wait(), { StatusCode: 3 }],
    ["listImages", async (docker) => (await docker.listImages())[0]?.RepoTags, ["busybox:latest"]],
    ["image inspect", async (docker) => (await docker.getImage("busybox").inspect()).Os, "linux"],
    ["image of nothing", (docker) => status(docker.getImage("nope").inspect()), 404],
    ["image history", async (docker) => (await docker.getImage("busybox").history()).length, 1],
    ["image search", async (docker) => (await docker.searchImages({ term: "busy" })).length, 1],
    [
      "image distribution",
      async (docker) => (await docker.getImage("busybox").distribution()).Platforms.length,
      1,
    ],
    ["listNetworks", async (docker) => (await docker.listNetworks()).length, 4],
    ["network inspect", async (docker) => (await docker.getNetwork("lan").inspect()).Driver, "bridge"],
    ["createNetwork that is there", (docker) => status(docker.createNetwork({ Name: "lan" })), 409],
    ["listVolumes", async (docker) => (await docker.listVolumes()).Volumes.map(({ Name }) => Name), ["data"]],
    [
      "volume inspect",
      async (docker) => (await docker.getVolume("data").inspect()).Mountpoint,
      "/var/lib/docker/volumes/data/_data",
    ],
    ["volume remove in use", (docker) => status(docker.getVolume("data").remove()), 409],
    ["df", async (docker) => Object.keys(await docker.df()).includes("LayersSize"), true],
    ["getEvents", async (docker) => text(await docker.getEvents({ since: 1, until: 2 })), ""],
    ["listNodes", (docker) => status(docker.listNodes()), 503],
    ["listPlugins", (docker) => docker.listPlugins(), []],
    ["swarmInspect", (docker) => status(docker.swarmInspect()), 503],
  ])("%s", async (_name, act, expected) => {
    expect(await act(client())).toEqual(expected);
  });

  it("follows a pull to its end", async () => {
    const docker = client();
    const stream = await docker.pull("busybox:latest");
    const told = await new Promise<{ status: string }[]>((resolve, reject) =>
      docker.modem.followProgress(stream, (error, output) => (error ? reject(error) : resolve(output))),
    );
    expect(told.at(-1)?.status).toBe("Status: Image is up to date for busybox:latest");
  });

  it("commits, saves, loads and removes", async () => {
    const docker = client();
    const { Id } = await docker.getContainer("done").commit({ repo: "kept", tag: "1", comment: "why" });
    const chunks: Buffer[] = [];
    for await (const chunk of await docker.getImage("kept:1").get()) chunks.push(chunk as Buffer);
    await docker.getImage("kept:1").remove();
    const archive = new PassThrough();
    archive.end(Buffer.concat(chunks));
    expect(await text(await docker.loadImage(archive))).toContain("Loaded image: kept:1");
    expect((await docker.getImage("kept:1").inspect()).Id).toBe(Id);
    await docker.getImage("kept:1").remove();
  });
});
