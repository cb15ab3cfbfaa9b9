// Published ports on the computer that runs the machine: a listener for each, whose connections go on into the guest.

import { createServer, isIP, type Socket } from "node:net";
import { duplexOfSocket } from "./api/socket-server-node.ts";
import { EngineError } from "./base/errors.ts";
import type { ByteConnection } from "./base/streams.ts";
import type { HostPorts } from "./engine/networks/host-ports.ts";

/** A connection into the guest. */
export type ConnectGuest = (address: string, port: number) => Promise<ByteConnection>;

/** What the system's errors are called by Docker. */
const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: "address already in use",
  EADDRNOTAVAIL: "cannot assign requested address",
  EACCES: "permission denied",
};

/** `warn` hears of what is not passed on: UDP. */
export function nodeHostPorts(connect: ConnectGuest, warn: (text: string) => void): HostPorts {
  return {
    async open({ protocol, address, port }, target) {
      if (protocol !== "tcp") {
        warn(`port ${port}/${protocol} is published inside the machine only: here it is not opened`);
        return () => {};
      }
      if (isIP(address) === 0) throw new EngineError("invalid-argument", `not an address: ${address}`);
      const sockets = new Set<Socket>();
      const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, (socket) => {
        sockets.add(socket);
        socket.on("close", () => sockets.delete(socket));
        socket.on("error", () => socket.destroy());
        const to = target();
        if (to) void passOn(socket, () => connect(to.address, to.port));
        else socket.resetAndDestroy();
      });
      await new Promise<void>((resolve, reject) => {
        server.once("error", (cause: NodeJS.ErrnoException) => {
          reject(new EngineError("conflict", REASONS[cause.code ?? ""] ?? cause.message, { cause }));
        });
        server.listen({ host: address, port, exclusive: true }, resolve);
      });
      return () => {
        server.close();
        for (const socket of sockets) socket.resetAndDestroy();
      };
    },
  };
}

/** Until both sides have ended, or one breaks. */
async function passOn(socket: Socket, connect: () => ReturnType<ConnectGuest>): Promise<void> {
  let guest: Awaited<ReturnType<ConnectGuest>> | undefined;
  try {
    guest = await connect();
    const outside = duplexOfSocket(socket);
    await Promise.all([outside.readable.pipeTo(guest.writable), guest.readable.pipeTo(outside.writable)]);
  } catch {
    // As a refused or broken connection looks to its client.
    socket.resetAndDestroy();
  } finally {
    guest?.close();
  }
}
