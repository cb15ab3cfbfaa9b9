// `docker info`

import type { WireInfo } from "../../api/wire/system.ts";
import { CLIENT_INFO } from "../client-version.ts";
import type { Command } from "../command.ts";
import { objectFormatFlag } from "../format-flag.ts";
import { formatObject } from "../format-objects.ts";
import { bytesSize } from "../units.ts";

export const infoCommand: Command = {
  paths: ["system info", "info"],
  summary: "Display system-wide information",
  usage: "[OPTIONS]",
  flags: [objectFormatFlag(true)],
  minArgs: 0,
  maxArgs: 0,
  async run({ api, flags, out, err }) {
    const info = await api.json<WireInfo>("GET", "/info");
    const format = flags.text("format");
    if (format !== "") {
      const client = { Debug: false, ...CLIENT_INFO, Plugins: [], Warnings: null };
      await out.line(formatObject({ ...info, ClientInfo: client }, format));
      return 0;
    }
    await out.write(`${[...describeClient(), "", ...describeServer(info)].join("\n")}\n`);
    const warnings = info.Warnings ?? [];
    if (warnings.length > 0) await err.write(`\n${warnings.map((warning) => `${warning}\n`).join("")}`);
    return 0;
  },
};

function describeClient(): string[] {
  return [
    "Client:",
    ` Version:    ${CLIENT_INFO.Version}`,
    ` Context:    ${CLIENT_INFO.Context}`,
    " Debug Mode: false",
  ];
}

function describeServer(info: WireInfo): string[] {
  return [
    "Server:",
    ` Containers: ${info.Containers}`,
    `  Running: ${info.ContainersRunning}`,
    `  Paused: ${info.ContainersPaused}`,
    `  Stopped: ${info.ContainersStopped}`,
    ` Images: ${info.Images}`,
    ...optional("Server Version", info.ServerVersion),
    ...optional("Storage Driver", info.Driver),
    ...(info.DriverStatus ?? []).map(([name, value]) => `  ${name}: ${value}`),
    ...optional("Logging Driver", info.LoggingDriver),
    ...optional("Cgroup Driver", info.CgroupDriver),
    ...optional("Cgroup Version", info.CgroupVersion),
    " Plugins:",
    `  Volume: ${(info.Plugins?.Volume ?? []).join(" ")}`,
    `  Network: ${(info.Plugins?.Network ?? []).join(" ")}`,
    `  Log: ${(info.Plugins?.Log ?? []).join(" ")}`,
    ` Swarm: ${info.Swarm?.LocalNodeState ?? "inactive"}`,
    ` Runtimes: ${Object.keys(info.Runtimes ?? {}).join(" ")}`,
    ` Default Runtime: ${info.DefaultRuntime}`,
    ` Init Binary: ${info.InitBinary}`,
    ...securityOptions(info.SecurityOptions ?? []),
    ...optional("Kernel Version", info.KernelVersion),
    ...optional("Operating System", info.OperatingSystem),
    ...optional("OSType", info.OSType),
    ...optional("Architecture", info.Architecture),
    ` CPUs: ${info.NCPU}`,
    ` Total Memory: ${bytesSize(info.MemTotal)}`,
    ...optional("Name", info.Name),
    ...optional("ID", info.ID),
    ` Docker Root Dir: ${info.DockerRootDir}`,
    ` Debug Mode: ${info.Debug}`,
    ...listed("Labels", info.Labels),
    ` Experimental: ${info.ExperimentalBuild}`,
    ...listed("Insecure Registries", info.RegistryConfig?.InsecureRegistryCIDRs),
    ...listed("Registry Mirrors", info.RegistryConfig?.Mirrors),
    ` Live Restore Enabled: ${info.LiveRestoreEnabled}`,
  ];
}

function optional(name: string, value: string | undefined): string[] {
  return value === undefined || value === "" ? [] : [` ${name}: ${value}`];
}

function listed(name: string, values: readonly string[] | null | undefined): string[] {
  return values === null || values === undefined || values.length === 0
    ? []
    : [` ${name}:`, ...values.map((value) => `  ${value}`)];
}

/** `name=seccomp,profile=builtin` is printed as a name and its options below. */
function securityOptions(options: readonly string[]): string[] {
  if (options.length === 0) return [];
  return [
    " Security Options:",
    ...options.flatMap((option) =>
      option.split(",").map((part) => {
        const [key = "", value = ""] = part.split("=");
        return key === "name" ? `  ${value}` : `   ${key.charAt(0).toUpperCase()}${key.slice(1)}: ${value}`;
      }),
    ),
  ];
}
