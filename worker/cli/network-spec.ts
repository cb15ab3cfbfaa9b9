// `--network NAME` and `--network name=NAME,alias=A,ip=ADDRESS,…`.

import type { WireEndpointSettings } from "../api/wire/container-config.ts";
import { splitCommas } from "./flags.ts";

export interface NetworkSpec {
  readonly name: string;
  readonly endpoint: WireEndpointSettings;
}

/** Throws an Error with Docker's reason. */
export function parseNetwork(text: string): NetworkSpec {
  if (!/^\w[\w-]*=/.test(text)) return { name: text, endpoint: {} };
  const endpoint: WireEndpointSettings = {};
  let name = "";
  for (const field of splitCommas(text)) {
    const equals = field.indexOf("=");
    if (equals <= 0) throw new Error(`invalid field ${field}`);
    const key = field.slice(0, equals).trim().toLowerCase();
    const value = field.slice(equals + 1).trim();
    if (key === "name") name = value;
    else setField(endpoint, key, value);
  }
  if (name === "") throw new Error("network name/id is not specified");
  return { name, endpoint };
}

function setField(endpoint: WireEndpointSettings, key: string, value: string): void {
  switch (key) {
    case "alias":
      endpoint.Aliases = [...(endpoint.Aliases ?? []), value.toLowerCase()];
      return;
    case "ip":
      endpoint.IPAMConfig = { ...endpoint.IPAMConfig, IPv4Address: value };
      return;
    case "ip6":
      endpoint.IPAMConfig = { ...endpoint.IPAMConfig, IPv6Address: value };
      return;
    case "mac-address":
      endpoint.MacAddress = parseMacAddress(value);
      return;
    case "link-local-ip":
      endpoint.IPAMConfig = {
        ...endpoint.IPAMConfig,
        LinkLocalIPs: [...(endpoint.IPAMConfig?.LinkLocalIPs ?? []), value],
      };
      return;
    case "driver-opt": {
      const equals = value.indexOf("=");
      if (equals <= 0) throw new Error(`invalid key value pair format in driver options`);
      endpoint.DriverOpts = {
        ...endpoint.DriverOpts,
        [value.slice(0, equals).toLowerCase()]: value.slice(equals + 1).toLowerCase(),
      };
      return;
    }
    case "gw-priority":
      if (!/^-?\d{1,9}$/.test(value)) throw new Error(`invalid gw-priority: ${value}`);
      endpoint.GwPriority = Number(value);
      return;
    default:
      throw new Error(`invalid field key ${key}`);
  }
}

export function parseMacAddress(text: string): string {
  if (!/^[0-9a-f]{2}([:-][0-9a-f]{2}){5}$/i.test(text)) throw new Error(`${text} is not a valid mac address`);
  return text;
}
