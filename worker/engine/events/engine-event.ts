// One thing that happened, with Docker's types, actions and attributes.

export type EventType = "container" | "image" | "network" | "volume" | "daemon" | "builder";

export interface EngineEvent {
  readonly type: EventType;
  /** `start`, `die`, `exec_create: sh` … */
  readonly action: string;
  readonly actorId: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly timeMs: number;
}
