// Linux capabilities: what a container gets by default, and what --cap-add, --cap-drop and --privileged make of it.

import { EngineError } from "../../base/errors.ts";

/** All that Linux 6.1 knows, in the order of their numbers. */
export const ALL_CAPABILITIES: readonly string[] =
  "CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE"
    .split(" ")
    .map((name) => `CAP_${name}`);

/** Docker's fourteen. */
export const DEFAULT_CAPABILITIES: readonly string[] =
  "CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP NET_BIND_SERVICE SYS_CHROOT KILL AUDIT_WRITE"
    .split(" ")
    .map((name) => `CAP_${name}`);

export interface CapabilityChoice {
  readonly privileged: boolean;
  readonly add: readonly string[];
  readonly drop: readonly string[];
}

/** The bounding set. Throws `invalid CapAdd: unknown capability: "CAP_X"`. */
export function capabilitiesOf(choice: CapabilityChoice): string[] {
  const add = choice.add.map((name) => normalize(name, "CapAdd"));
  const drop = choice.drop.map((name) => normalize(name, "CapDrop"));
  if (choice.privileged) return [...ALL_CAPABILITIES];
  const start = drop.includes("ALL") ? [] : add.includes("ALL") ? ALL_CAPABILITIES : DEFAULT_CAPABILITIES;
  const wanted = new Set(start);
  for (const name of add) {
    if (name === "ALL") for (const each of ALL_CAPABILITIES) wanted.add(each);
    else wanted.add(name);
  }
  for (const name of drop) wanted.delete(name);
  return ALL_CAPABILITIES.filter((name) => wanted.has(name));
}

function normalize(name: string, list: "CapAdd" | "CapDrop"): string {
  const upper = name.toUpperCase();
  if (upper === "ALL") return "ALL";
  const full = upper.startsWith("CAP_") ? upper : `CAP_${upper}`;
  if (!ALL_CAPABILITIES.includes(full))
    throw new EngineError("invalid-argument", `invalid ${list}: unknown capability: "${full}"`);
  return full;
}

/** A process's sets: who is not root starts without any, as execve has it. */
export function capabilitySets(
  bounding: readonly string[],
  uid: number,
): Record<"bounding" | "effective" | "inheritable" | "permitted" | "ambient", string[]> {
  const held = uid === 0 ? [...bounding] : [];
  return { bounding: [...bounding], effective: held, permitted: [...held], inheritable: [], ambient: [] };
}
