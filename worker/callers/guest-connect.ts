// Where `docker -H` in the guest leads: to a socket or an address of the guest, and else outside, as far as the platform lets it.

import { EngineError, messageOf } from "../base/errors.ts";
import type { ByteDuplex } from "../base/streams.ts";
import type { CliSession } from "../cli/session.ts";
import type { Agent } from "../guest/agent.ts";

type Connect = NonNullable<CliSession["connect"]>;
/** Rejects with EngineError("forbidden") for what nobody outside of the machine allowed. */
export type ConnectOutside = (to: Parameters<Connect>[0]) => Promise<ByteDuplex>;

const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;

export function guestConnect(agent: Agent, outside: ConnectOutside | undefined): Connect {
  return async (to) => {
    try {
      return await inGuest(agent, to);
    } catch (cause) {
      if (outside) return outside(to);
      throw new EngineError("unavailable", messageOf(cause), { cause });
    }
  };
}

function inGuest(agent: Agent, to: Parameters<Connect>[0]): Promise<ByteDuplex> {
  if (to.kind === "unix") return agent.connect("", to.path, 0);
  const address = to.host === "localhost" ? "127.0.0.1" : to.host;
  if (!IPV4.test(address)) throw new EngineError("unavailable", `no such host: ${to.host}`);
  return agent.connect("", address, to.port);
}
