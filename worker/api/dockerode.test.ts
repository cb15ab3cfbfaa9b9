// dockerode against the API on a unix socket, with the fake runtime behind it.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import Docker from "dockerode";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { testEngine } from "../engine/testing/test-engine.ts";
import { createApi } from "./api.ts";
import { listenOnSocket, type SocketServer } from "./socket-server-node.ts";

describe("dockerode", () => {
  let folder: string;
  let server: SocketServer;
  let docker: Docker;
  let parts: Awaited<ReturnType<typeof testEngine>>;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "api-"));
    parts = await testEngine();
    const path = join(folder, "docker.sock");
    server = await listenOnSocket({ path }, createApi(parts.engine));
    docker = new Docker({ socketPath: path });
  });

  afterEach(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  const start = async (cmd: string[], options: Docker.ContainerCreateOptions = {}) => {
    const container = await docker.createContainer({ Image: "busybox", Cmd: cmd, ...options });
    await container.start();
    return container;
  };

  /** Both streams of a multiplexed one. */
  async function demux(stream: NodeJS.ReadableStream) {
    const stdout = new PassThrough();
    const stderr = new PassThrough();
    docker.modem.demuxStream(stream, stdout, stderr);
    stream.on("end", () => {
      stdout.end();
      stderr.end();
    });
    const [out, err] = await Promise.all([text(stdout), text(stderr)]);
    return { out, err };
  }

  it("pings and tells its version", async () => {
    expect((await docker.ping()).toString()).toBe("OK");
    expect(await docker.version()).toMatchObject({ ApiVersion: "1.51", MinAPIVersion: "1.24", Os: "linux" });
  });

  it("attaches with a hijacked connection and half-closes stdin", async () => {
    const container = await docker.createContainer({
      Image: "busybox",
      Cmd: ["cat"],
      OpenStdin: true,
      StdinOnce: true,
    });
    const stream = await container.attach({
      stream: true,
      stdin: true,
      stdout: true,
      stderr: true,
      hijack: true,
    });
    const output = demux(stream);
    const exit = container.wait();
    await container.start();
    stream.end("through attach");
    expect(await output).toEqual({ out: "through attach", err: "" });
    expect(await exit).toEqual({ StatusCode: 0 });
  });

  it("attaches without hijack", async () => {
    const container = await docker.createContainer({ Image: "busybox", Cmd: ["both"] });
    const stream = await container.attach({ stream: true, stdout: true, stderr: true });
    const output = demux(stream);
    await container.start();
    expect(await output).toEqual({ out: "to stdout\n", err: "to stderr\n" });
  });

  it("waits before the start for the next exit", async () => {
    const container = await docker.createContainer({ Image: "busybox", Cmd: ["exit", "7"] });
    const exit = container.wait({ condition: "next-exit" });
    await container.start();
    expect(await exit).toEqual({ StatusCode: 7 });
    expect(await container.wait()).toEqual({ StatusCode: 7 });
  });

  it("gives a terminal its sizes in order, and its bytes raw", async () => {
    const container = await docker.createContainer({
      Image: "busybox",
      Cmd: ["sizes"],
      Tty: true,
      OpenStdin: true,
      HostConfig: { ConsoleSize: [10, 20] } as Docker.HostConfig,
    });
    await expect(container.resize({ h: 1, w: 1 })).rejects.toMatchObject({ statusCode: 409 });
    const stream = await container.attach({ stream: true, stdin: true, stdout: true, hijack: true });
    await container.start();
    await container.resize({ h: 30, w: 100 });
    await container.resize({ h: 31, w: 101 });
    stream.write("q");
    expect(await text(stream)).toBe("ready\r\n10 20\r\n30 100\r\n31 101\r\n");
  });

  it("runs commands in a running container", async () => {
    const container = await start(["sleep"]);
    const exec = await container.exec({ Cmd: ["cat"], AttachStdin: true, AttachStdout: true });
    const stream = await exec.start({ hijack: true, stdin: true });
    const output = demux(stream);
    stream.end("to exec");
    expect((await output).out).toBe("to exec");
    expect(await exec.inspect()).toMatchObject({ Running: false, ExitCode: 0, OpenStdin: true });
    await expect(exec.start({})).rejects.toMatchObject({ statusCode: 409 });
  });

  it("follows logs until the stop", async () => {
    const container = await start(["serve"]);
    const stream = await container.logs({ follow: true, stdout: true, stderr: true, timestamps: true });
    const output = demux(stream);
    await container.stop();
    const lines = (await output).out.trimEnd().split("\n");
    expect(lines.map((line) => line.replace(/^\S+ /, ""))).toEqual(["ready", "signal 15"]);
    expect(lines[0]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z /);
    expect((await container.logs({ stdout: true, tail: 1 })).toString()).toContain("signal 15");
  });

  it("answers 304, 404, 409 and 400 as Docker does", async () => {
    const container = await start(["sleep"], { name: "one" });
    await expect(container.start()).rejects.toMatchObject({ statusCode: 304 });
    await expect(container.remove()).rejects.toMatchObject({ statusCode: 409 });
    await expect(start(["true"], { name: "one" })).rejects.toMatchObject({ statusCode: 409 });
    await container.kill();
    await expect(container.stop()).rejects.toMatchObject({ statusCode: 304 });
    await expect(container.kill()).rejects.toMatchObject({ statusCode: 409 });
    await expect(docker.getContainer("absent").inspect()).rejects.toMatchObject({
      statusCode: 404,
      json: { message: "No such container: absent" },
    });
    await expect(docker.createContainer({ Image: "absent" })).rejects.toMatchObject({
      statusCode: 404,
      json: { message: "No such image: absent:latest" },
    });
    await expect(
      docker.createContainer({ Image: "busybox", Env: "text" as never, Cmd: 5 as never }),
    ).rejects.toMatchObject({
      statusCode: 400,
    });
  });

  it("lists with filters in either form", async () => {
    await start(["sleep"], { name: "up", Labels: { role: "web" } });
    await (await start(["true"], { name: "down" })).wait();
    const names = async (filters: object, all = false) =>
      (await docker.listContainers({ all, filters: filters as never })).map(({ Names }) => Names[0]);
    expect(await names({ status: ["exited"] })).toEqual(["/down"]);
    expect(await names({ status: { running: true } })).toEqual(["/up"]);
    expect(await names({ label: ["role=web"] })).toEqual(["/up"]);
    expect(await names({ name: ["^/do"] }, true)).toEqual(["/down"]);
    await expect(names({ nonsense: ["1"] })).rejects.toMatchObject({
      statusCode: 400,
      json: { message: "invalid filter 'nonsense'" },
    });
  });

  it("pulls, follows progress and lists images", async () => {
    parts.images.pullable.set("redis:7", {});
    const stream = await docker.pull("redis:7");
    const progress = await new Promise<{ status: string }[]>((resolve, reject) => {
      docker.modem.followProgress(stream, (error, list) => (error ? reject(error) : resolve(list)));
    });
    expect(progress.at(-1)?.status).toBe("Status: Downloaded newer image for redis:7");
    expect((await docker.listImages()).flatMap(({ RepoTags }) => RepoTags ?? [])).toContain("redis:7");
    await expect(docker.pull("absent")).rejects.toMatchObject({ statusCode: 404 });
  });

  it("streams events", async () => {
    const since = Math.floor(Date.now() / 1000) - 1;
    await (await start(["true"], { name: "seen", HostConfig: { AutoRemove: true } }))
      .wait({ condition: "removed" })
      .catch(() => {});
    const stream = await docker.getEvents({ since, until: since + 1, filters: { container: ["seen"] } });
    await text(stream);
    const later = await docker.getEvents({
      since,
      until: Date.now() / 1000,
      filters: { container: ["seen"] },
    });
    const actions = (await text(later))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).Action);
    expect(actions).toEqual(["create", "start", "die", "destroy"]);
  });

  it("keeps volumes and shows networks", async () => {
    await docker.createVolume({ Name: "data", Labels: { a: "b" } });
    await start(["sleep"], { name: "user", HostConfig: { Binds: ["data:/data"] } });
    await expect(docker.getVolume("data").remove()).rejects.toMatchObject({ statusCode: 409 });
    const bridge = await docker.getNetwork("bridge").inspect();
    expect(Object.values(bridge.Containers ?? {})).toMatchObject([
      { Name: "user", IPv4Address: "172.17.0.2/16" },
    ]);
    await expect(docker.getNetwork("bridge").remove()).rejects.toMatchObject({ statusCode: 403 });
    const network = await docker.createNetwork({ Name: "own" });
    expect((await network.inspect()).IPAM?.Config).toEqual([
      { Subnet: "172.18.0.0/16", Gateway: "172.18.0.1" },
    ]);
    await network.remove();
  });
});
