// `--device` and the device nodes of privileged containers. Numbers of what the machine really has are read from sysfs.

import { EngineError } from "../../base/errors.ts";
import type { GuestFiles } from "../container-runtime.ts";
import type { DeviceRequest } from "../containers/container-record.ts";
import type { OciRuntimeSpec } from "../oci-runtime-spec.ts";

export type SpecDevice = NonNullable<OciRuntimeSpec["linux"]["devices"]>[number];
type DeviceRule = NonNullable<NonNullable<OciRuntimeSpec["linux"]["resources"]>["devices"]>[number];

/** Where sysfs lists devices by the name they have in /dev. */
const SYSFS_CLASSES = ["misc", "mem", "tty", "block", "input", "graphics", "sound"];

const node = (path: string, major: number, minor: number, type: "c" | "b" = "c"): SpecDevice => ({
  path,
  type,
  major,
  minor,
  fileMode: 0o660,
  uid: 0,
  gid: 0,
});

/** What a privileged container finds in /dev besides the usual. */
export const PRIVILEGED_DEVICES: readonly SpecDevice[] = [
  node("/dev/kmsg", 1, 11),
  node("/dev/fuse", 10, 229),
  node("/dev/net/tun", 10, 200),
  node("/dev/loop-control", 10, 237),
  // The machine's disks: sda holds the layers, sdb the data.
  node("/dev/sda", 8, 0, "b"),
  node("/dev/sdb", 8, 16, "b"),
  ...Array.from({ length: 8 }, (_, number) => node(`/dev/loop${number}`, 7, number, "b")),
];

/** Throws Docker's words when the machine has no such device. */
export async function resolveDevices(
  files: GuestFiles,
  requests: readonly DeviceRequest[],
): Promise<{ devices: SpecDevice[]; rules: DeviceRule[] }> {
  const devices: SpecDevice[] = [];
  const rules: DeviceRule[] = [];
  for (const request of requests) {
    const device = await findDevice(files, request);
    devices.push(device);
    rules.push({
      allow: true,
      type: device.type,
      major: device.major,
      minor: device.minor,
      access: request.permissions || "rwm",
    });
  }
  return { devices, rules };
}

async function findDevice(files: GuestFiles, request: DeviceRequest): Promise<SpecDevice> {
  const path = request.pathInContainer || request.pathOnHost;
  const known = PRIVILEGED_DEVICES.find((device) => device.path === request.pathOnHost);
  if (known) return { ...known, path };
  const name = /^\/dev\/([A-Za-z0-9._-]+)$/.exec(request.pathOnHost)?.[1];
  for (const sysfsClass of name === undefined ? [] : SYSFS_CLASSES) {
    const numbers = await readNumbers(files, `/sys/class/${sysfsClass}/${name}/dev`);
    if (numbers) return node(path, ...numbers, sysfsClass === "block" ? "b" : "c");
  }
  throw new EngineError(
    "internal",
    `error gathering device information while adding custom device "${request.pathOnHost}": no such file or directory`,
  );
}

async function readNumbers(files: GuestFiles, path: string): Promise<[number, number] | undefined> {
  try {
    const text = new TextDecoder().decode(await files.read(path, { limitBytes: 64 }));
    const match = /^(\d+):(\d+)\s*$/.exec(text);
    return match ? [Number(match[1]), Number(match[2])] : undefined;
  } catch (error) {
    if (error instanceof EngineError && error.code === "not-found") return undefined;
    throw error;
  }
}
