// What a health check asks for: the client's choices over the image's, Docker's defaults, and what it refuses.

import { EngineError } from "../../base/errors.ts";
import type { ImageHealthcheck } from "../image-port.ts";
import type { ContainerConfig } from "./container-record.ts";

const NS_PER_MS = 1_000_000;
const DEFAULT_INTERVAL_MS = 30_000;
const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_START_INTERVAL_MS = 5_000;
const DEFAULT_RETRIES = 3;

export interface Healthcheck {
  readonly argv: readonly string[];
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** After the start, in which failures do not count. */
  readonly startPeriodMs: number;
  /** Between checks within that time. */
  readonly startIntervalMs: number;
  /** Failures one after another that make it unhealthy. */
  readonly retries: number;
}

/** Every field that the client leaves open is the image's. */
export function mergeHealthcheck(
  own: ImageHealthcheck | null,
  image: ImageHealthcheck | undefined,
): ImageHealthcheck | null {
  if (own === null || image === undefined) return own ?? image ?? null;
  return {
    test: own.test.length > 0 ? own.test : image.test,
    interval: own.interval || image.interval || 0,
    timeout: own.timeout || image.timeout || 0,
    startPeriod: own.startPeriod || image.startPeriod || 0,
    startInterval: own.startInterval || image.startInterval || 0,
    retries: own.retries || image.retries || 0,
  };
}

/** Throws EngineError("invalid-argument") in Docker's words. */
export function checkHealthcheck(check: ImageHealthcheck | null): void {
  if (check === null) return;
  const times = [
    ["Interval", check.interval],
    ["Timeout", check.timeout],
    ["StartPeriod", check.startPeriod],
    ["StartInterval", check.startInterval],
  ] as const;
  for (const [name, value = 0] of times)
    if (value !== 0 && value < NS_PER_MS)
      throw new EngineError("invalid-argument", `${name} in Healthcheck cannot be less than 1ms`);
  if ((check.retries ?? 0) < 0)
    throw new EngineError("invalid-argument", "Retries in Healthcheck cannot be negative");
}

/** Undefined: nothing is checked, as with NONE, no test, or a test of an unknown kind. */
export function healthcheckOf(config: ContainerConfig): Healthcheck | undefined {
  const check = config.healthcheck;
  if (check === null) return undefined;
  const argv = argvOf(check.test, config.shell);
  if (argv === undefined) return undefined;
  const ms = (value: number | undefined, otherwise: number) =>
    value !== undefined && value > 0 ? Math.max(1, value / NS_PER_MS) : otherwise;
  return {
    argv,
    intervalMs: ms(check.interval, DEFAULT_INTERVAL_MS),
    timeoutMs: ms(check.timeout, DEFAULT_TIMEOUT_MS),
    startPeriodMs: ms(check.startPeriod, 0),
    startIntervalMs: ms(check.startInterval, DEFAULT_START_INTERVAL_MS),
    retries: check.retries !== undefined && check.retries > 0 ? check.retries : DEFAULT_RETRIES,
  };
}

function argvOf(
  [kind, ...words]: readonly string[],
  shell: readonly string[] | null,
): readonly string[] | undefined {
  if (words.length === 0) return undefined;
  if (kind === "CMD") return words;
  if (kind === "CMD-SHELL") return [...(shell && shell.length > 0 ? shell : ["/bin/sh", "-c"]), ...words];
  return undefined;
}
