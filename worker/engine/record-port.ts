// What the engine needs of a place that keeps its records across reloads: JSON values by key (`containers/ID`).

export interface RecordPort {
  get(key: string): Promise<unknown>;
  put(key: string, value: unknown): Promise<void>;
  /** A no-op when there is none. */
  delete(key: string): Promise<void>;
  /** Keys that start with `prefix`, sorted. */
  list(prefix: string): Promise<string[]>;
}
