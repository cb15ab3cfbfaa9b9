// The platform in Node: assets and state in folders; without a state folder everything is forgotten at the end.

import { readFile, statfs } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { duplexOfSocket } from "./api/socket-server-node.ts";
import { EngineError } from "./base/errors.ts";
import type { ByteDuplex } from "./base/streams.ts";
import { type ConnectGuest, nodeHostPorts } from "./host-ports-node.ts";
import { nodeOutside } from "./outside-node.ts";
import type { Platform } from "./platform.ts";
import { NodeFileArea } from "./store/file-area-node.ts";
import { MemoryArea } from "./store/memory-area.ts";

/**
 * `assets`: a folder that the build made. `state`: a folder for what is to be kept. `engine`: the one engine outside that `docker -H` in
 * the guest may reach, `tcp://HOST:PORT` or `unix:///PATH`. `web`: `docker import`, `docker pull` and programs of the machine may fetch from web addresses, which Node
 * reaches without a browser's rules: also those of this computer and its network. `relay`: connections out of the machine go there. `publish`: published ports are opened on this computer, on that
 * address where a client names none.
 */
export function nodePlatform(options: {
  assets: string;
  state?: string | undefined;
  engine?: string | undefined;
  web?: boolean | undefined;
  relay?: string | undefined;
  publish?: { readonly address: string; warn(text: string): void } | undefined;
}): Platform {
  const { publish, state } = options;
  return {
    connectEngine: (to) => connectEngine(to, options.engine),
    async readAsset(name, onPart) {
      try {
        const read = await readFile(join(options.assets, name));
        const bytes = new Uint8Array(read.buffer as ArrayBuffer, read.byteOffset, read.byteLength);
        onPart?.(bytes, 0);
        return bytes;
      } catch (error) {
        throw new EngineError("not-found", `${name} is not in ${options.assets}`, { cause: error });
      }
    },
    fetch: options.web ? (url, init) => fetch(url, init) : refuseWeb,
    ...(publish && {
      publish: {
        address: publish.address,
        ports: (connect: ConnectGuest) => nodeHostPorts(connect, publish.warn),
      },
    }),
    outside: nodeOutside(options),
    files: state === undefined ? new MemoryArea() : new NodeFileArea(state),
    hasRoom: async (bytes) => {
      if (state === undefined) return true;
      const { bavail, bsize } = await statfs(state);
      return bytes <= bavail * bsize;
    },
    jit: "governed",
    randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
    now: () => Date.now(),
  };
}

async function refuseWeb(): Promise<never> {
  throw new EngineError("forbidden", "fetching from the web is off here: start it with --allow-web");
}

async function connectEngine(
  to: Parameters<NonNullable<Platform["connectEngine"]>>[0],
  allowed: string | undefined,
): Promise<ByteDuplex> {
  const url = to.kind === "unix" ? `unix://${to.path}` : `tcp://${to.host}:${to.port}`;
  if (url !== allowed)
    throw new EngineError(
      "forbidden",
      "outside of the machine only the engine that DOCKER_HOST named when it was started can be reached",
    );
  const socket = connect(
    to.kind === "unix" ? { path: to.path } : { host: to.host, port: to.port, noDelay: true },
  );
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", (cause) => reject(new EngineError("unavailable", cause.message, { cause })));
  });
  socket.on("error", () => socket.destroy());
  return duplexOfSocket(socket);
}
