// `--log-driver` and `--log-opt`: how much of a container's output is kept.

import { EngineError } from "../../base/errors.ts";
import type { HostConfig } from "./container-record.ts";

/** What a log may take of the engine's memory at most, whatever is asked for. */
const MOST_BYTES = 8 * 1024 * 1024;
const LEAST_BYTES = 1024;

const DRIVERS: Readonly<Record<string, readonly string[]>> = {
  "json-file": ["max-file", "max-size", "compress", "labels", "labels-regex", "env", "env-regex", "tag"],
  local: ["max-file", "max-size", "compress"],
  none: [],
};
const LOCAL_FILES = 5;
const LOCAL_FILE_BYTES = 20 * 1024 * 1024;

/** Throws EngineError("invalid-argument") in Docker's words. */
export function checkLogOptions(host: Pick<HostConfig, "logType" | "logOptions">): void {
  const refuse = (message: string): never => {
    throw new EngineError("invalid-argument", message);
  };
  const known = Object.hasOwn(DRIVERS, host.logType) ? DRIVERS[host.logType] : undefined;
  if (known === undefined) refuse(`logger: no log driver named '${host.logType}' is registered`);
  for (const name of Object.keys(host.logOptions))
    if (host.logType !== "none" && !known?.includes(name))
      refuse(`unknown log opt '${name}' for ${host.logType} log driver`);
  const { "max-size": size, "max-file": files } = host.logOptions;
  if (size !== undefined && size !== "-1" && sizeBytes(size) === undefined) refuse(`invalid size: '${size}'`);
  if (files !== undefined && !/^[1-9]\d{0,8}$/.test(files)) refuse("max-file cannot be less than 1");
  if (host.logType === "json-file" && files !== undefined && files !== "1" && size === undefined)
    refuse("cannot set max-file without max-size");
}

/** Of the output that is kept: all files of the size together, where a size is given. */
export function logLimitBytes(host: Pick<HostConfig, "logType" | "logOptions">): number {
  const { "max-size": size, "max-file": files } = host.logOptions;
  const local = host.logType === "local";
  const fileBytes = size === undefined ? undefined : sizeBytes(size);
  const count = files === undefined ? (local ? LOCAL_FILES : 1) : Number(files);
  const wanted = (fileBytes ?? (local ? LOCAL_FILE_BYTES : MOST_BYTES)) * (Number.isNaN(count) ? 1 : count);
  return Math.min(Math.max(wanted, LEAST_BYTES), MOST_BYTES);
}

/** `10m`, `512k`, `1g`, `100`, each of 1024. */
function sizeBytes(text: string): number | undefined {
  const match = /^(\d{1,12}(?:\.\d{1,6})?) ?([kmgt]?)i?b?$/i.exec(text);
  if (!match) return undefined;
  const power = "kmgt".indexOf((match[2] ?? "").toLowerCase() || "-") + 1;
  const bytes = Number(match[1]) * 1024 ** power;
  return bytes > 0 ? bytes : undefined;
}
