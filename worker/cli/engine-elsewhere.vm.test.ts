// `docker -H` in the guest, on the real machine: a Unix socket of the guest, and an engine outside that was allowed.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listenOnSocket, type SocketServer } from "../api/socket-server-node.ts";
import { nodePlatform } from "../platform-node.ts";
import { ASSETS_FOLDER, RealMachine } from "../testing/real-machine-node.ts";

let machine: RealMachine;
let server: SocketServer;

beforeAll(async () => {
  // The engine outside is this machine's own, by way of a socket of the host.
  server = await listenOnSocket({ host: "127.0.0.1", port: 0 }, (request) => machine.sandbox.api(request));
  const { connectEngine } = nodePlatform({ assets: ASSETS_FOLDER, engine: server.url });
  machine = await RealMachine.start({ platform: { connectEngine: connectEngine! } });
  await machine.output("docker pull -q busybox; docker volume create here");
});

afterAll(async () => {
  await server?.close();
  await machine?.end();
});

describe("docker -H", () => {
  it("reaches a socket of the guest, streams and all", async () => {
    await machine.output("ln -s /run/docker.sock /tmp/other.sock");
    const script =
      "docker volume ls -q; echo typed | docker run -i --rm busybox sh -c 'cat; echo err >&2; exit 5'";
    expect(await machine.run(`export DOCKER_HOST=unix:///tmp/other.sock; ${script}`)).toEqual({
      stdout: "here\ntyped\n",
      stderr: "err\n",
      code: 5,
    });
  });

  it("reaches the engine outside that was allowed, also by a context that stays", async () => {
    expect(await machine.output(`docker -H ${server.url} volume ls -q`)).toBe("here");
    await machine.output(`docker context create out --docker host=${server.url}; docker context use out`);
    expect(await machine.output("docker run --rm busybox echo through; docker context show")).toBe(
      "through\nout",
    );
    expect(await machine.output("cat /root/.docker/config.json | tr -d '\\n\\t'")).toBe(
      '{"currentContext": "out"}',
    );
    expect(await machine.output("docker context use default; docker context rm out")).toBe("default\nout");
  });

  it("reaches nothing else outside, and says so", async () => {
    const refused = await machine.run("docker -H tcp://127.0.0.1:1 ps");
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toMatch(
      /^Cannot connect to the Docker daemon at tcp:\/\/127\.0\.0\.1:1\. Is the docker daemon running\? \(outside of the machine only/,
    );
    expect((await machine.run("docker -H unix:///nope ps")).stderr).toContain(
      "Cannot connect to the Docker daemon at unix:///nope.",
    );
  });
});
