// The way out of a machine without a network card: a bridge with the default route, names that stand for addresses there, and what becomes of
// the connections that the machine's rules lead to the agent (docs/decisions/0017-way-out.md).

import type { Agent } from "../guest/agent.ts";
import type { ArgumentReader } from "../guest/arguments.ts";
import { CHANNELS } from "../guest/frames.ts";
import type { GuestStream, GuestStreamShape } from "../guest/guest-stream.ts";
import { OperationBatch } from "../guest/operations.ts";
import { DnsSockets } from "../runtime/dns-sockets.ts";
import { OUTSIDE } from "../runtime/outside-address.ts";
import type { OutsideAccess } from "./outside-access.ts";
import { fetchConnection, relayConnection } from "./outside-connection.ts";
import { OutsideNames } from "./outside-names.ts";
import { WispClient } from "./wisp-client.ts";

const MACHINE_NAMESPACE = "/proc/1/ns/net";
/** Never sent to: what leaves there is led elsewhere before. */
const GATEWAY = "198.18.0.2";
/** At once. More are ended as they come. */
const CONNECTIONS_MOST = 256;

export class OutsideNetwork {
  readonly #access: OutsideAccess;
  readonly #relay: WispClient | undefined;
  readonly #names = new OutsideNames();
  #connections = 0;

  constructor(access: OutsideAccess) {
    this.#access = access;
    this.#relay = access.relay && new WispClient(access.relay);
  }

  /** Opens the way. Rejects with GuestError. */
  async open(agent: Agent): Promise<void> {
    await agent.run(
      new OperationBatch()
        .addBridge(OUTSIDE.bridge, `${OUTSIDE.address}/${OUTSIDE.prefixLength}`)
        .setDefaultRoute(MACHINE_NAMESPACE, GATEWAY)
        .write("/etc/resolv.conf", `nameserver ${OUTSIDE.address}\n`),
    );
    const [dns] = await Promise.all([
      agent.openDns(MACHINE_NAMESPACE, OUTSIDE.address),
      agent.listenOutside(OUTSIDE.address, OUTSIDE.port),
    ]);
    new DnsSockets(dns, this.#names.answer);
  }

  /** A stream of STREAM_KINDS.OUTSIDE. Undefined: it is refused. */
  accept(
    args: ArgumentReader,
  ): { readonly shape: GuestStreamShape; readonly start: (stream: GuestStream) => void } | undefined {
    const address = args.str();
    const port = args.u16();
    const host = this.#names.nameOf(address) ?? address;
    if (this.#connections >= CONNECTIONS_MOST || isUnused(host)) return undefined;
    return {
      shape: { incoming: [CHANNELS.OUT], outgoing: [CHANNELS.IN] },
      start: (stream) => void this.#serve(stream, { host, port }),
    };
  }

  async #serve(stream: GuestStream, target: { host: string; port: number }): Promise<void> {
    const connection = stream.connection();
    this.#connections++;
    try {
      if (this.#relay) await relayConnection(connection, target, this.#relay);
      else if (this.#access.fetch) await fetchConnection(connection, target, this.#access.fetch);
      else connection.close();
    } finally {
      this.#connections--;
    }
  }
}

/** An address that stands for a name, which is not known any more. */
function isUnused(host: string): boolean {
  return /^198\.1[89]\.\d+\.\d+$/.test(host);
}
