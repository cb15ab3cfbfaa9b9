// The JSON configuration of an image that the engine makes itself (commit, import): OCI image spec, "Image Configuration".

import type { Digest } from "../../oci/digest.ts";
import { MACHINE_PLATFORM } from "../../oci/platform.ts";
import type { ImageHealthcheck, ImageRunConfig } from "../image-port.ts";
import { rfc3339Nano } from "../time-text.ts";

/** The digest of a tar with nothing in it (1024 zeros): such a step has no layer. */
export const EMPTY_LAYER: string = "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef";

export interface ImageStep {
  readonly createdMs: number;
  readonly createdBy: string;
  readonly author: string;
  readonly comment: string;
  /** The new layer; EMPTY_LAYER adds none. */
  readonly diffId: Digest;
}

/** `below` is the configuration of the image that the step goes on top of, as its text says. */
export function buildConfig(run: ImageRunConfig, step: ImageStep, below?: string): string {
  const base = below === undefined ? {} : (JSON.parse(below) as Record<string, unknown>);
  const rootfs = (base.rootfs ?? {}) as { diff_ids?: unknown };
  const diffIds = Array.isArray(rootfs.diff_ids) ? (rootfs.diff_ids as string[]) : [];
  const history = Array.isArray(base.history) ? (base.history as object[]) : [];
  const isEmpty = step.diffId === EMPTY_LAYER;
  const created = rfc3339Nano(step.createdMs);
  const { architecture, os } = MACHINE_PLATFORM;
  return JSON.stringify({
    architecture,
    os,
    ...(step.author === "" ? {} : { author: step.author }),
    ...(step.comment === "" ? {} : { comment: step.comment }),
    config: runConfigJson(run),
    created,
    history: [
      ...history,
      {
        created,
        ...(step.createdBy === "" ? {} : { created_by: step.createdBy }),
        ...(step.author === "" ? {} : { author: step.author }),
        ...(step.comment === "" ? {} : { comment: step.comment }),
        ...(isEmpty ? { empty_layer: true } : {}),
      },
    ],
    rootfs: { type: "layers", diff_ids: isEmpty ? diffIds : [...diffIds, step.diffId] },
  });
}

function runConfigJson(run: ImageRunConfig): object {
  const set = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, {}]));
  return {
    ...(run.user === "" ? {} : { User: run.user }),
    ...(run.exposedPorts.length > 0 ? { ExposedPorts: set(run.exposedPorts) } : {}),
    ...(run.env.length > 0 ? { Env: run.env } : {}),
    ...(run.entrypoint === null ? {} : { Entrypoint: run.entrypoint }),
    ...(run.cmd === null ? {} : { Cmd: run.cmd }),
    ...(run.volumes.length > 0 ? { Volumes: set(run.volumes) } : {}),
    ...(run.workingDir === "" ? {} : { WorkingDir: run.workingDir }),
    ...(Object.keys(run.labels).length > 0 ? { Labels: run.labels } : {}),
    ...(run.stopSignal === undefined ? {} : { StopSignal: run.stopSignal }),
    ...(run.healthcheck === undefined ? {} : { Healthcheck: healthcheckJson(run.healthcheck) }),
    ...(run.shell === undefined ? {} : { Shell: run.shell }),
    ...(run.onBuild.length > 0 ? { OnBuild: run.onBuild } : {}),
  };
}

function healthcheckJson(check: ImageHealthcheck): object {
  return {
    Test: check.test,
    ...(check.interval ? { Interval: check.interval } : {}),
    ...(check.timeout ? { Timeout: check.timeout } : {}),
    ...(check.startPeriod ? { StartPeriod: check.startPeriod } : {}),
    ...(check.startInterval ? { StartInterval: check.startInterval } : {}),
    ...(check.retries ? { Retries: check.retries } : {}),
  };
}
