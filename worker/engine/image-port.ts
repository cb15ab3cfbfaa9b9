// What containers and the API need of images; worker/engine/images implements it.

import type { LayerMount } from "./container-runtime.ts";

export interface ImageHealthcheck {
  readonly test: readonly string[];
  /** Nanoseconds. */
  readonly interval?: number;
  readonly timeout?: number;
  readonly startPeriod?: number;
  readonly startInterval?: number;
  readonly retries?: number;
}

/** The `config` object of an OCI image, with its defaults filled in. */
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

export interface RunnableImage {
  /** `sha256:` and 64 hex digits. */
  readonly id: string;
  readonly config: ImageRunConfig;
  /** Bottom first. */
  readonly layers: readonly LayerMount[];
}

export interface ImagePort {
  /** By id, id prefix, or reference. Rejects with EngineError("not-found", "No such image: x:latest"). */
  resolve(reference: string): Promise<RunnableImage>;
}
