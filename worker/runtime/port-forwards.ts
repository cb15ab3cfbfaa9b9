// Published ports: elements of nftables' maps, so that a port costs one command, whatever else is published.

import { EngineError } from "../base/errors.ts";
import { readText } from "../base/streams.ts";
import type { PortForward } from "../engine/container-runtime.ts";
import type { Agent } from "../guest/agent.ts";

/** Network address translation for every bridge; loaded once, before the snapshot. Docker's own rules do the same for containers. */
export const NAT_RULES = `
table ip slipway {
  map tcp_ports {
    type ipv4_addr . inet_service : ipv4_addr . inet_service
    flags interval
  }
  map udp_ports {
    type ipv4_addr . inet_service : ipv4_addr . inet_service
    flags interval
  }
  chain prerouting {
    type nat hook prerouting priority dstnat;
    fib daddr type local dnat ip to ip daddr . tcp dport map @tcp_ports
    fib daddr type local dnat ip to ip daddr . udp dport map @udp_ports
  }
  chain output {
    type nat hook output priority -100;
    fib daddr type local dnat ip to ip daddr . tcp dport map @tcp_ports
    fib daddr type local dnat ip to ip daddr . udp dport map @udp_ports
  }
  chain postrouting {
    type nat hook postrouting priority srcnat;
    ip saddr 127.0.0.0/8 oifname != "lo" masquerade
    ip saddr 172.16.0.0/12 oifname != "docker0" oifname != "br-*" masquerade
    ip saddr 10.0.3.0/24 oifname != "lxcbr0" masquerade
  }
}
`;

export class PortForwards {
  readonly #agent: Agent;

  constructor(agent: Agent) {
    this.#agent = agent;
  }

  /** Rejects with EngineError("conflict") when a port is taken. */
  async add(forwards: readonly PortForward[]): Promise<void> {
    if (forwards.length > 0)
      await this.#nft(forwards.map((forward) => `add element ip slipway ${element(forward)}`));
  }

  async remove(forwards: readonly PortForward[]): Promise<void> {
    if (forwards.length > 0) {
      await this.#nft(forwards.map((forward) => `delete element ip slipway ${element(forward)}`));
    }
  }

  async #nft(commands: readonly string[]): Promise<void> {
    const nft = await this.#agent.spawn({
      argv: ["nft", commands.join("; ")],
      environment: { PATH: "/usr/sbin" },
    });
    const [errors, , exit] = await Promise.all([readText(nft.stderr!), readText(nft.stdout), nft.exited]);
    if (exit.code !== 0) throw new EngineError("conflict", `nft: ${errors.trim()}`);
  }
}

function element(forward: PortForward): string {
  const host =
    forward.hostAddress === "0.0.0.0" || forward.hostAddress === "" ? "0.0.0.0/0" : forward.hostAddress;
  return `${forward.protocol}_ports { ${host} . ${forward.hostPort} : ${forward.containerAddress} . ${forward.containerPort} }`;
}
