// GET /events: one object a line (swagger: EventMessage).

export interface WireEvent {
  /** The three old fields, for containers and images only. */
  status?: string;
  id?: string;
  from?: string;
  Type: string;
  Action: string;
  Actor: { ID: string; Attributes: Record<string, string> };
  scope: "local";
  /** Seconds since 1970. */
  time: number;
  /** Nanoseconds since 1970: beyond what a double holds exactly, so the last digits are rounded. */
  timeNano: number;
}
