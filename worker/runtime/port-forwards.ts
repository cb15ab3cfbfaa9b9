// Published ports: elements of nftables' maps, so that a port costs one command, whatever else is published.

import { EngineError } from "../base/errors.ts";
import { readText } from "../base/streams.ts";
import type { PortForward } from "../engine/container-runtime.ts";
import type { Agent } from "../guest/agent.ts";
import { OUTSIDE } from "./outside-address.ts";

/**
 * Network address translation for every bridge, and no way from one network to another; loaded once, before the snapshot. Docker's own
 * rules do the same for containers. A published port is reached from everywhere, and what reaches it from another bridge is given
 * the machine's address, so that answers come back the same way. Where there is a way out of the machine (worker/outside), its bridge has the
 * default route: TCP that would leave there goes to the agent, anything else is refused at once, and networks that are internal have neither.
 */
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
  set internal {
    type ifname
  }
  chain prerouting {
    type nat hook prerouting priority dstnat;
    fib daddr type local dnat ip to ip daddr . tcp dport map @tcp_ports
    fib daddr type local dnat ip to ip daddr . udp dport map @udp_ports
    iifname @internal return
    meta l4proto tcp fib daddr oifname "${OUTSIDE.bridge}" dnat to ${OUTSIDE.address}:${OUTSIDE.port}
  }
  chain output {
    type nat hook output priority -100;
    fib daddr type local dnat ip to ip daddr . tcp dport map @tcp_ports
    fib daddr type local dnat ip to ip daddr . udp dport map @udp_ports
    meta l4proto tcp oifname "${OUTSIDE.bridge}" dnat to ${OUTSIDE.address}:${OUTSIDE.port}
  }
  chain postrouting {
    type nat hook postrouting priority srcnat;
    ip saddr 127.0.0.0/8 oifname != "lo" masquerade
    ip saddr { 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 } oifname != "lo" meta oifkind != "bridge" masquerade
    ip saddr { 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 } ct status dnat meta oifkind "bridge" masquerade
  }
  chain input {
    type filter hook input priority filter;
    iifname @internal ip daddr ${OUTSIDE.network} drop
  }
  chain sent {
    type filter hook output priority filter;
    ct status dnat accept
    oifname "${OUTSIDE.bridge}" reject with icmp net-unreachable
  }
  chain forward {
    type filter hook forward priority filter;
    ct status dnat accept
    oifname "${OUTSIDE.bridge}" reject with icmp net-unreachable
    iifname "lxcbr0" accept
    oifname "lxcbr0" accept
    meta iifkind "bridge" meta oifkind "bridge" drop
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

  /** From a bridge that is internal nothing leads out of the machine, whatever a container does. */
  async setInternal(bridge: string, internal: boolean): Promise<void> {
    await this.#nft([`${internal ? "add" : "delete"} element ip slipway internal { "${bridge}" }`]);
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
