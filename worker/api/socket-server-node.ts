// The Engine API on Node's sockets: a TCP port or a path of a unix socket, for the docker CLI, dockerode, anything.

import { unlink } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import type { ByteDuplex } from "../base/streams.ts";
import type { ApiHandler } from "./exchange.ts";
import { serveHttp } from "./http1.ts";

export type ListenAddress = { readonly host: string; readonly port: number } | { readonly path: string };

export interface SocketServer {
  /** `tcp://127.0.0.1:2375` or `unix:///path`: what DOCKER_HOST takes. */
  readonly url: string;
  /** Stops listening, ends all connections, removes the socket's file. */
  close(): Promise<void>;
}

/** `127.0.0.1:2375`, `tcp://127.0.0.1:2375`, `unix:/path` or `unix:///path`. Throws for anything else. */
export function parseListenAddress(text: string): ListenAddress {
  const path = /^unix:(?:\/\/)?(\/.*)$/.exec(text)?.[1];
  if (path !== undefined) return { path };
  const tcp = /^(?:tcp:\/\/)?(\[[0-9a-fA-F:]+\]|[^:/]+):(\d{1,5})$/.exec(text);
  if (!tcp || Number(tcp[2]) > 65_535)
    throw new Error(`--listen takes HOST:PORT or unix:PATH, not "${text}"`);
  return { host: (tcp[1] ?? "").replace(/^\[|\]$/g, ""), port: Number(tcp[2]) };
}

export async function listenOnSocket(address: ListenAddress, handler: ApiHandler): Promise<SocketServer> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    void serveHttp(duplexOfSocket(socket), handler).then(() => socket.end());
  });
  if ("path" in address) await unlink(address.path).catch(() => {});
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(address, resolve);
  });
  return {
    url: urlOf(server, address),
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
      if ("path" in address) await unlink(address.path).catch(() => {});
    },
  };
}

function urlOf(server: Server, address: ListenAddress): string {
  if ("path" in address) return `unix://${address.path}`;
  const bound = server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : address.port;
  return `tcp://${address.host.includes(":") ? `[${address.host}]` : address.host}:${port}`;
}

/** Half-closes stay half-closes; a socket that breaks is an error of both streams. */
export function duplexOfSocket(socket: Socket): ByteDuplex {
  let over = false;
  const readable = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const finish = (act: () => void) => {
          if (over) return;
          over = true;
          act();
        };
        socket.pause();
        socket.on("data", (bytes) => {
          if (over) return;
          controller.enqueue(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));
          if ((controller.desiredSize ?? 0) <= 0) socket.pause();
        });
        socket.on("end", () => finish(() => controller.close()));
        socket.on("close", () => finish(() => controller.error(new Error("The connection is closed"))));
      },
      pull() {
        socket.resume();
      },
      cancel() {
        over = true;
        // Reads on into nothing, so that the end of the connection is seen.
        socket.resume();
      },
    },
    { highWaterMark: 65_536, size: (bytes) => bytes.byteLength },
  );
  const writable = new WritableStream<Uint8Array>(
    {
      start(controller) {
        socket.on("close", () => controller.error(new Error("The connection is closed")));
      },
      write(bytes) {
        return new Promise<void>((resolve, reject) => {
          socket.write(bytes, (error) => (error ? reject(error) : resolve()));
        });
      },
      close() {
        return new Promise<void>((resolve) => {
          socket.end(() => resolve());
        });
      },
      abort() {
        socket.destroy();
      },
    },
    { highWaterMark: 65_536, size: (bytes) => bytes.byteLength },
  );
  return { readable, writable };
}
