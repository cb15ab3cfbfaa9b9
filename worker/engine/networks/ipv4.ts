// IPv4 addresses and subnets as numbers and as text.

import { EngineError } from "../../base/errors.ts";

export interface Subnet {
  /** First address, as an unsigned number. */
  readonly base: number;
  readonly prefixLength: number;
}

/** Undefined for anything but four decimal numbers from 0 to 255. */
export function parseIpv4(text: string): number | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  if (parts === undefined || parts.some((part) => part > 255)) return undefined;
  return parts.reduce((total, part) => total * 256 + part, 0);
}

export function ipv4Text(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join(".");
}

/** `172.17.0.0/16`. Throws invalid-argument. */
export function parseSubnet(text: string): Subnet {
  const match = /^([\d.]+)\/(\d{1,2})$/.exec(text);
  const address = parseIpv4(match?.[1] ?? "");
  const prefixLength = Number(match?.[2] ?? 33);
  if (address === undefined || prefixLength > 32)
    throw new EngineError("invalid-argument", `invalid CIDR address: ${text}`);
  const sizeAddresses = 2 ** (32 - prefixLength);
  return { base: Math.floor(address / sizeAddresses) * sizeAddresses, prefixLength };
}

export function subnetText(subnet: Subnet): string {
  return `${ipv4Text(subnet.base)}/${subnet.prefixLength}`;
}

export function subnetSize(subnet: Subnet): number {
  return 2 ** (32 - subnet.prefixLength);
}

export function subnetContains(subnet: Subnet, address: number): boolean {
  return address >= subnet.base && address < subnet.base + subnetSize(subnet);
}

export function subnetsOverlap(one: Subnet, other: Subnet): boolean {
  return subnetContains(one, other.base) || subnetContains(other, one.base);
}

/** `02:42:` and the four bytes of the address: unique in a subnet without asking anybody. */
export function macOfIpv4(address: number): string {
  const bytes = [24, 16, 8, 0].map((shift) => ((address >>> shift) & 255).toString(16).padStart(2, "0"));
  return `02:42:${bytes.join(":")}`;
}
