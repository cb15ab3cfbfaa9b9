// What the flags of `run` and `create` refuse at once, in Docker's words. Each returns the value as it is to be kept.

import { parseMount } from "./mount-spec.ts";
import { parseNetwork } from "./network-spec.ts";
import { parseUlimit } from "./ulimit.ts";

export function checkStream(text: string): string {
  const lower = text.toLowerCase();
  if (!["stdin", "stdout", "stderr"].includes(lower))
    throw new Error("valid streams are STDIN, STDOUT and STDERR");
  return lower;
}

export function checkEnv(text: string): string {
  if (text === "" || text.startsWith("=")) throw new Error(`invalid environment variable: ${text}`);
  return text;
}

export function checkLabel(text: string): string {
  if (text === "" || text.startsWith("=")) throw new Error(`invalid label '${text}': empty name`);
  return text;
}

/** `NAME:ADDRESS` or `NAME=ADDRESS`. */
export function checkExtraHost(text: string): string {
  const parts = /^([^:=]+)[:=](.+)$/.exec(text);
  if (parts === null) throw new Error(`bad format for add-host: ${JSON.stringify(text)}`);
  const address = parts[2]!.replace(/^\[(.*)\]$/, "$1");
  if (address !== "host-gateway" && !isAddress(address))
    throw new Error(`invalid IP address in add-host: ${JSON.stringify(parts[2])}`);
  return `${parts[1]}:${address}`;
}

export function checkAddress(text: string): string {
  if (!isAddress(text.trim())) throw new Error(`IP address is not correctly formatted: ${text}`);
  return text.trim();
}

export function checkLink(text: string): string {
  const parts = text.split(":");
  if (text === "") throw new Error("empty string specified for links");
  if (parts.length > 2) throw new Error(`bad format for links: ${text}`);
  return parts.length === 1 ? `${text}:${text}` : text;
}

export function checkSysctl(text: string): string {
  const name = text.split("=", 1)[0]!;
  const allowed = [
    "kernel.msgmax",
    "kernel.msgmnb",
    "kernel.msgmni",
    "kernel.sem",
    "kernel.shmall",
    "kernel.shmmax",
    "kernel.shmmni",
    "kernel.shm_rmid_forced",
  ];
  if (text.includes("=") && (allowed.includes(name) || /^(net|fs\.mqueue)\./.test(name))) return text;
  throw new Error(`sysctl '${text}' is not allowed`);
}

export function checkDeviceRule(text: string): string {
  if (!/^[acb] (\d+|\*):(\d+|\*) [rwm]{1,3}$/.test(text))
    throw new Error(`invalid device cgroup format '${text}'`);
  return text;
}

export function checkMount(text: string): string {
  parseMount(text);
  return text;
}

export function checkNetwork(text: string): string {
  parseNetwork(text);
  return text;
}

export function checkUlimit(text: string): string {
  parseUlimit(text);
  return text;
}

function isAddress(text: string): boolean {
  const isIpv4 = /^\d{1,3}(\.\d{1,3}){3}$/.test(text) && text.split(".").every((part) => Number(part) < 256);
  return isIpv4 || (/^[0-9a-fA-F:.]+$/.test(text) && text.includes(":"));
}
