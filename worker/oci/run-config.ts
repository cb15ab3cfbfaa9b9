// What an image says about running it: the `config` object of its configuration, with the defaults filled in.

import {
  asObject,
  field,
  integerField,
  type JsonObject,
  keysField,
  stringField,
  stringListField,
  stringMapField,
} from "./json-document.ts";

export interface ImageHealthcheck {
  readonly test: readonly string[];
  /** Nanoseconds. */
  readonly interval?: number;
  readonly timeout?: number;
  readonly startPeriod?: number;
  readonly startInterval?: number;
  readonly retries?: number;
}

/** The same shape as the engine's port has (worker/engine/image-port.ts). */
export interface ImageRunConfig {
  readonly user: string;
  /** `80/tcp` */
  readonly exposedPorts: readonly string[];
  readonly env: readonly string[];
  readonly entrypoint: readonly string[] | null;
  readonly cmd: readonly string[] | null;
  readonly volumes: readonly string[];
  readonly workingDir: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly stopSignal: string | undefined;
  readonly healthcheck: ImageHealthcheck | undefined;
  readonly shell: readonly string[] | undefined;
  readonly onBuild: readonly string[];
}

/** Throws EngineError("corrupt"). */
export function parseRunConfig(config: JsonObject, what: string): ImageRunConfig {
  const healthcheck = field(config, "Healthcheck");
  return {
    user: stringField(config, "User", what),
    exposedPorts: keysField(config, "ExposedPorts", what),
    env: stringListField(config, "Env", what) ?? [],
    entrypoint: stringListField(config, "Entrypoint", what) ?? null,
    cmd: stringListField(config, "Cmd", what) ?? null,
    volumes: keysField(config, "Volumes", what),
    workingDir: stringField(config, "WorkingDir", what),
    labels: stringMapField(config, "Labels", what),
    stopSignal: stringField(config, "StopSignal", what) || undefined,
    healthcheck:
      healthcheck === undefined
        ? undefined
        : parseHealthcheck(asObject(healthcheck, `${what}: Healthcheck`), what),
    shell: stringListField(config, "Shell", what),
    onBuild: stringListField(config, "OnBuild", what) ?? [],
  };
}

function parseHealthcheck(object: JsonObject, what: string): ImageHealthcheck {
  const number = (name: string, key: keyof ImageHealthcheck) => {
    const value = integerField(object, name, what);
    return value === undefined ? {} : { [key]: value };
  };
  return {
    test: stringListField(object, "Test", what) ?? [],
    ...number("Interval", "interval"),
    ...number("Timeout", "timeout"),
    ...number("StartPeriod", "startPeriod"),
    ...number("StartInterval", "startInterval"),
    ...number("Retries", "retries"),
  };
}
