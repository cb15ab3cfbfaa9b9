// A real machine with the containers that the contract's cases speak of, served on a Unix socket to real clients.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { useRealMachine } from "../../testing/real-machine-node.ts";
import { listenOnSocket, type SocketServer } from "../socket-server-node.ts";

export const DOCKER = ["/usr/local/bin/docker", "/usr/bin/docker"].find((path) => existsSync(path));

const SET_UP = [
  "docker pull -q busybox",
  "docker volume create --label a=b data",
  "docker network create --label a=b --subnet 10.9.0.0/24 lan",
  "docker run -d --name web --label team=blue -p 8088:80 busybox sleep 100000",
  "docker run --name done busybox sh -c 'echo out; echo err >&2; exit 3' || test $? = 3",
  "docker create --name idle -v data:/data --network lan -m 32m --memory-swap 64m busybox true",
].join(" && ");

export interface ContractHost {
  readonly socketPath: string;
  readonly api: ReturnType<ReturnType<typeof useRealMachine>>["sandbox"]["api"];
  ask(method: string, target: string, body?: unknown): Promise<{ status: number; text: string }>;
  docker(...words: string[]): Promise<{ code: number | null; out: string; err: string }>;
}

/** Called at the top of a test file. */
export function useContractHost(): () => ContractHost {
  const machine = useRealMachine();
  let folder = "";
  let server: SocketServer | undefined;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "contract-"));
    server = await listenOnSocket({ path: join(folder, "docker.sock") }, machine().sandbox.api);
    await machine().output(SET_UP);
  });
  afterAll(async () => {
    await server?.close();
    await rm(folder, { recursive: true, force: true });
  });
  return () => {
    const socketPath = join(folder, "docker.sock");
    return {
      socketPath,
      api: machine().sandbox.api,
      ask: (method, target, body) => ask(socketPath, method, target, body),
      docker: (...words) => docker(socketPath, folder, words),
    };
  };
}

function ask(socketPath: string, method: string, path: string, body: unknown) {
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const sent = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
    const headers =
      sent === undefined ? {} : { "Content-Type": "application/json", "Content-Length": sent.length };
    const asking = request({ socketPath, method, path, headers, agent: false }, (response) => {
      response.setEncoding("latin1");
      let text = "";
      response.on("data", (part: string) => {
        text += part;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
      response.on("error", reject);
    });
    asking.on("error", reject);
    asking.end(sent);
  });
}

function docker(socketPath: string, home: string, words: readonly string[]) {
  return new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
    const child = spawn(DOCKER ?? "", words, {
      env: { DOCKER_HOST: `unix://${socketPath}`, HOME: home, PATH: "/usr/bin:/bin", TZ: "UTC" },
    });
    let out = "";
    let err = "";
    child.stdout.setEncoding("utf8").on("data", (part: string) => {
      out += part;
    });
    child.stderr.setEncoding("utf8").on("data", (part: string) => {
      err += part;
    });
    child.stdin.end();
    child.on("close", (code) => resolve({ code, out, err }));
  });
}
