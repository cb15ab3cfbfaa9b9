// A container that the engine knows: its record, and what exists only while this engine runs (process, streams, waiters).

import type { Dispose } from "../../base/disposables.ts";
import { Emitter } from "../../base/emitter.ts";
import { Mutex } from "../../base/mutex.ts";
import type { RuntimeProcess } from "../container-runtime.ts";
import type { OciRuntimeSpec } from "../oci-runtime-spec.ts";
import { ContainerLog } from "./container-log.ts";
import type { ContainerRecord } from "./container-record.ts";
import { logLimitBytes } from "./log-options.ts";
import { OutputFan } from "./output-fan.ts";
import { StdinRelay } from "./stdin-relay.ts";

/** One run of the container's first process. */
export interface ContainerRun {
  readonly process: RuntimeProcess;
  /** What execs take over: user, capabilities, environment. */
  readonly spec: OciRuntimeSpec;
  /** Resolves when the exit has been dealt with: record written, namespaces gone. */
  readonly over: Promise<void>;
}

export interface StopInfo {
  readonly exitCode: number;
  readonly error: string;
}

export class Container {
  readonly record: ContainerRecord;
  /** Every change of state happens in here. */
  readonly mutex = new Mutex();
  readonly log: ContainerLog;
  readonly output = new OutputFan();
  readonly stdin = new StdinRelay();
  /** A run has ended and no restart follows. */
  readonly stopped = new Emitter<StopInfo>();
  readonly removed = new Emitter<StopInfo>();
  run: ContainerRun | null = null;
  /** Set while a restart policy waits. */
  cancelRestart: Dispose | null = null;
  /** Set while the health is watched. */
  stopHealth: Dispose | null = null;
  /** Milliseconds before the next restart. */
  restartDelayMs = 0;
  /** Ids of execs that have not been forgotten. */
  readonly execIds = new Set<string>();

  constructor(record: ContainerRecord) {
    this.record = record;
    this.log = new ContainerLog(logLimitBytes(record.host));
  }

  get id(): ContainerRecord["id"] {
    return this.record.id;
  }

  get name(): string {
    return this.record.name;
  }
}
