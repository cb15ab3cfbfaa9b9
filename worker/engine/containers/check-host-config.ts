// What Docker refuses of a HostConfig before it makes a container of it, in Docker's words.

import { EngineError, messageOf } from "../../base/errors.ts";
import type { EngineContext } from "../engine-context.ts";
import { parseIpv4 } from "../networks/ipv4.ts";
import { capabilitiesOf } from "../spec/capabilities.ts";
import { splitExtraHost } from "../spec/network-files.ts";
import { checkResources } from "../spec/resources.ts";
import { parseSecurityOptions } from "../spec/security-options.ts";
import type { ContainerConfig, HostConfig } from "./container-record.ts";
import { checkHealthcheck } from "./healthcheck.ts";
import { checkLogOptions } from "./log-options.ts";
import { parseLink } from "./parse-link.ts";
import { parsePortKey } from "./publish-ports.ts";
import { parseSignal } from "./signal.ts";

const ULIMITS =
  "core cpu data fsize locks memlock msgqueue nice nofile nproc rss rtprio rttime sigpending stack".split(
    " ",
  );

/** Throws EngineError("invalid-argument" | "conflict" | "not-found"); returns warnings. */
export function checkHostConfig(engine: EngineContext, config: ContainerConfig, host: HostConfig): string[] {
  const refuse = (message: string): never => {
    throw new EngineError("invalid-argument", message);
  };
  const warnings = checkResources(host, engine.settings.processors);
  const capabilities = capabilitiesOf({ privileged: host.privileged, add: host.capAdd, drop: host.capDrop });
  parseSecurityOptions(host.securityOpt, capabilities);
  checkRestartPolicy(host);
  checkHealthcheck(config.healthcheck);
  checkLogOptions(host);
  if (Math.abs(host.oomScoreAdj) > 1000)
    refuse(`Invalid value ${host.oomScoreAdj}, range for oom score adj is [-1000, 1000]`);
  for (const server of host.dns)
    if (parseIpv4(server) === undefined && !/^[0-9a-f:]*:[0-9a-f:.]*$/i.test(server))
      refuse(`bad nameserver address: ${server}`);
  for (const { hostIp, hostPort } of Object.values(host.portBindings).flat()) {
    checkHostPort(hostPort);
    if (hostIp !== "" && parseIpv4(hostIp) === undefined)
      refuse(`invalid IP address: ${hostIp}: the machine has no IPv6`);
  }
  if (/(^|\/)\.\.(\/|$)/.test(host.cgroupParent)) refuse(`invalid cgroup parent: ${host.cgroupParent}`);
  if (config.stopSignal !== null) parseSignal(config.stopSignal);
  if (config.workingDir !== "" && !config.workingDir.startsWith("/"))
    refuse(`the working directory '${config.workingDir}' is invalid, it needs to be an absolute path`);
  for (const port of [...config.exposedPorts, ...Object.keys(host.portBindings)]) parsePortKey(port);
  for (const extra of host.extraHosts) {
    const { name, address } = splitExtraHost(extra);
    if (name === "" || address === "") refuse(`bad format for add-host: "${extra}"`);
    const known = address === "host-gateway" || address.includes(":") || parseIpv4(address) !== undefined;
    if (!known) refuse(`invalid IP address in add-host: "${address}"`);
  }
  for (const ulimit of host.ulimits) {
    if (!ULIMITS.includes(ulimit.name)) refuse(`invalid ulimit type: ${ulimit.name}`);
    if (ulimit.soft > ulimit.hard && ulimit.hard !== -1)
      refuse(`ulimit soft limit must be less than or equal to hard limit: ${ulimit.soft} > ${ulimit.hard}`);
  }
  if (host.shmSizeBytes < 0) refuse("SHM size can not be less than 0");
  if (!/^(|host|private)$/.test(host.usernsMode)) refuse(`invalid userns mode: "${host.usernsMode}"`);
  if (!/^(|host)$/.test(host.utsMode)) refuse(`invalid UTS mode: ${host.utsMode}`);
  if (!/^(|host|private)$/.test(host.cgroupnsMode))
    refuse(`invalid cgroup namespace mode: ${host.cgroupnsMode}`);
  if (!/^(|host|private|shareable|none|container:.+)$/.test(host.ipcMode))
    refuse(`invalid IPC mode: ${host.ipcMode}`);
  if (!/^(|host|container:.+)$/.test(host.pidMode)) refuse(`invalid PID mode: ${host.pidMode}`);
  for (const link of host.links) checkLink(engine, link);
  if (host.networkMode === "host" && (Object.keys(host.portBindings).length > 0 || host.publishAllPorts))
    warnings.push("Published ports are discarded when using host network mode");
  return warnings;
}

/** `8080`, `8080-8090`, or nothing. */
function checkHostPort(text: string): void {
  if (text === "") return;
  const [, first = "", last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
  if (first === "" || Number(first) > Number(last) || Number(last) > 65_535)
    throw new EngineError("invalid-argument", `invalid port specification: "${text}"`);
}

function checkLink(engine: EngineContext, link: string): void {
  const { name } = parseLink(link);
  try {
    engine.containers.find(name);
  } catch (cause) {
    throw new EngineError("invalid-argument", `could not get container for ${name}: ${messageOf(cause)}`, {
      cause,
    });
  }
}

/** Throws EngineError("invalid-argument"). */
export function checkRestartPolicy(host: Pick<HostConfig, "restartPolicy" | "autoRemove">): void {
  const refuse = (message: string): never => {
    throw new EngineError("invalid-argument", message);
  };
  const { name, maximumRetryCount } = host.restartPolicy;
  if (!["no", "always", "unless-stopped", "on-failure"].includes(name))
    refuse(
      `invalid restart policy: unknown policy '${name}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'`,
    );
  if (name !== "on-failure" && maximumRetryCount > 0)
    refuse("invalid restart policy: maximum retry count can only be used with 'on-failure'");
  if (maximumRetryCount < 0) refuse("invalid restart policy: maximum retry count cannot be negative");
  if (host.autoRemove && name !== "no") refuse("can't create 'AutoRemove' container with restart policy");
}
