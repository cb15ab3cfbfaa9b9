// Keeps the newest output of containers across reloads: records `logs/ID/NUMBER` of up to 64 KiB, the last sixteen of them.
// Written two seconds after output and at the end of a run, so that a chatty container costs little and a crash loses little.

import type { Dispose } from "../../base/disposables.ts";
import type { Clock } from "../clock.ts";
import type { RecordPort } from "../record-port.ts";
import type { Container } from "./container.ts";
import type { LogEntry } from "./container-log.ts";

const DELAY_MS = 2000;
const SEGMENT_BYTES = 65_536;
const KEPT_SEGMENTS = 16;

interface Archived {
  /** Number of the first entry of the log that is not kept yet. */
  savedUpTo: number;
  /** Of the kept segments, oldest first. */
  segments: number[];
  timer: Dispose | null;
}

/** Bytes as Latin-1 text: JSON holds no others. */
type StoredEntry = [stream: LogEntry["stream"], timeMs: number, text: string];

export class LogArchive {
  readonly #records: RecordPort;
  readonly #clock: Clock;
  readonly #archived = new Map<string, Archived>();

  constructor(records: RecordPort, clock: Clock) {
    this.#records = records;
    this.#clock = clock;
  }

  /** Puts what was kept back into the container's log. */
  async load(container: Container): Promise<void> {
    const state = this.#stateOf(container);
    for (const key of await this.#records.list(`logs/${container.id}/`)) {
      const stored = await this.#records.get(key);
      state.segments.push(Number(key.split("/").at(-1)));
      if (Array.isArray(stored)) container.log.restore(stored.filter(isStored).map(decode));
    }
    state.savedUpTo = container.log.end;
  }

  /** There is output to keep, soon. Containers that go with their run are not kept. */
  schedule(container: Container): void {
    if (container.record.host.autoRemove) return;
    const state = this.#stateOf(container);
    state.timer ??= this.#clock.after(DELAY_MS, () => {
      state.timer = null;
      void this.save(container).catch(() => {});
    });
  }

  async save(container: Container): Promise<void> {
    const state = this.#stateOf(container);
    state.timer?.();
    state.timer = null;
    const entries = newest(container, state.savedUpTo);
    state.savedUpTo = container.log.end;
    if (entries.length === 0) return;
    const number = (state.segments.at(-1) ?? 0) + 1;
    state.segments.push(number);
    await this.#records.put(segmentKey(container, number), entries.map(encode));
    while (state.segments.length > KEPT_SEGMENTS) {
      const oldest = state.segments.shift() ?? 0;
      await this.#records.delete(segmentKey(container, oldest));
    }
  }

  async remove(container: Container): Promise<void> {
    const state = this.#archived.get(container.id);
    state?.timer?.();
    this.#archived.delete(container.id);
    for (const number of state?.segments ?? []) await this.#records.delete(segmentKey(container, number));
  }

  #stateOf(container: Container): Archived {
    const known = this.#archived.get(container.id);
    if (known) return known;
    const state: Archived = { savedUpTo: container.log.first, segments: [], timer: null };
    this.#archived.set(container.id, state);
    return state;
  }
}

/** The last entries that fit a segment, from `first` on. */
function newest(container: Container, first: number): LogEntry[] {
  const entries: LogEntry[] = [];
  let bytes = 0;
  for (let number = container.log.end - 1; number >= first; number--) {
    const entry = container.log.at(number);
    if (entry === undefined) break;
    const room = SEGMENT_BYTES - bytes;
    if (entry.bytes.byteLength > room) {
      if (entries.length === 0) entries.push({ ...entry, bytes: entry.bytes.slice(-room) });
      break;
    }
    bytes += entry.bytes.byteLength;
    entries.push(entry);
  }
  return entries.reverse();
}

function segmentKey(container: Container, number: number): string {
  return `logs/${container.id}/${String(number).padStart(9, "0")}`;
}

function encode({ stream, timeMs, bytes }: LogEntry): StoredEntry {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return [stream, timeMs, text];
}

function decode([stream, timeMs, text]: StoredEntry): LogEntry {
  return { stream, timeMs, bytes: Uint8Array.from(text, (letter) => letter.charCodeAt(0)) };
}

function isStored(value: unknown): value is StoredEntry {
  return (
    Array.isArray(value) &&
    (value[0] === "stdout" || value[0] === "stderr") &&
    typeof value[1] === "number" &&
    typeof value[2] === "string"
  );
}
