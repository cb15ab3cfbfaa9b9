// What `--link` tells a container on the default bridge about the other by variables, as Docker's legacy links do: its name, its ports,
// and its environment.

import type { ContainerRecord } from "./container-record.ts";

const NOT_PASSED_ON = ["HOME", "PATH"];

/** `alias`: of the link in `self`; `address`: the other's. */
export function linkEnvironment(
  self: ContainerRecord,
  other: ContainerRecord,
  alias: string,
  address: string,
): string[] {
  const prefix = alias.toUpperCase().replaceAll("-", "_");
  const ports = other.config.exposedPorts
    .map((key) => key.split("/"))
    .map(([port = "", protocol = "tcp"]) => ({ port: Number(port), protocol }))
    .sort((one, two) => one.port - two.port);
  const first = ports.find(({ protocol }) => protocol === "tcp") ?? ports[0];
  return [
    ...(first ? [`${prefix}_PORT=${first.protocol}://${address}:${first.port}`] : []),
    ...ports.flatMap(({ port, protocol }) => {
      const name = `${prefix}_PORT_${port}_${protocol.toUpperCase()}`;
      return [
        `${name}=${protocol}://${address}:${port}`,
        `${name}_ADDR=${address}`,
        `${name}_PORT=${port}`,
        `${name}_PROTO=${protocol}`,
      ];
    }),
    `${prefix}_NAME=/${self.name}/${alias}`,
    ...other.config.env
      .filter((entry) => entry.includes("=") && !NOT_PASSED_ON.includes(entry.split("=", 1)[0] ?? ""))
      .map((entry) => `${prefix}_ENV_${entry}`),
  ];
}
