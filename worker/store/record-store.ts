// JSON records by key (`containers/ID`) in an append-only journal: each put or delete is one frame, flushed before it counts.
// A frame that a crash cut short, and whatever follows it, is dropped at the next opening. When most of the journal is
// outdated it is rewritten beside the old one and renamed over it.

import { EngineError } from "../base/errors.ts";
import { Mutex } from "../base/mutex.ts";
import { concatBytes } from "../base/streams.ts";
import type { ByteFile, FileArea } from "./byte-file.ts";
import { encodeFrame, JOURNAL_MAGIC, type JournalEntry, readJournal } from "./journal.ts";

const JOURNAL = "records.journal";
const NEXT = "records.next";
/** Below this a journal is not worth rewriting. */
const COMPACT_FROM_BYTES = 256 * 1024;

export class RecordStore {
  readonly #area: FileArea;
  /** Values as JSON text: what a caller does to a value it was given cannot change the record. */
  readonly #records: Map<string, string>;
  readonly #mutex = new Mutex();
  #journal: ByteFile | undefined;
  #endBytes: number;
  #liveBytes = 0;

  private constructor(area: FileArea, journal: ByteFile, records: Map<string, string>, endBytes: number) {
    this.#area = area;
    this.#journal = journal;
    this.#records = records;
    this.#endBytes = endBytes;
    for (const [key, json] of records) this.#liveBytes += key.length + json.length;
  }

  /** `area` is the store's alone. Rejects with EngineError("corrupt") when the journal is some other file. */
  static async open(area: FileArea): Promise<RecordStore> {
    await area.remove(NEXT);
    const journal = await area.open(JOURNAL, { create: true });
    if (journal === undefined) throw new EngineError("internal", "cannot create the journal");
    try {
      const { records, endBytes } = readJournal(journal);
      if (journal.sizeBytes !== endBytes) {
        journal.truncate(endBytes);
        journal.flush();
      }
      return new RecordStore(area, journal, records, endBytes);
    } catch (error) {
      journal.close();
      throw error;
    }
  }

  /** A fresh copy; undefined when there is none. */
  async get(key: string): Promise<unknown> {
    const json = this.#records.get(key);
    return json === undefined ? undefined : JSON.parse(json);
  }

  /** Keys that start with `prefix`, sorted. */
  async list(prefix: string): Promise<string[]> {
    return [...this.#records.keys()].filter((key) => key.startsWith(prefix)).sort();
  }

  /** Durable when it resolves. Rejects with EngineError("out-of-space") and changes nothing. */
  put(key: string, value: unknown): Promise<void> {
    const json = JSON.stringify(value);
    if (json === undefined)
      return Promise.reject(new EngineError("invalid-argument", `the record ${key} is not JSON`));
    return this.#mutex.run(async () => {
      await this.#append({ key, json });
      this.#liveBytes += key.length + json.length - this.#sizeOf(key);
      this.#records.set(key, json);
    });
  }

  /** A no-op when there is none. */
  delete(key: string): Promise<void> {
    return this.#mutex.run(async () => {
      if (!this.#records.has(key)) return;
      await this.#append({ key, json: undefined });
      this.#liveBytes -= this.#sizeOf(key);
      this.#records.delete(key);
    });
  }

  /** Rewrites the journal with what is current. Happens by itself. */
  compact(): Promise<void> {
    return this.#mutex.run(() => this.#compact());
  }

  /** Later puts and deletes reject. */
  close(): Promise<void> {
    return this.#mutex.run(async () => {
      this.#journal?.close();
      this.#journal = undefined;
    });
  }

  async #append(entry: JournalEntry): Promise<void> {
    if (this.#endBytes > COMPACT_FROM_BYTES && this.#endBytes > 4 * this.#liveBytes) await this.#compact();
    const journal = this.#opened();
    const frame = encodeFrame(entry);
    const bytes = this.#endBytes === 0 ? concatBytes([JOURNAL_MAGIC, frame]) : frame;
    try {
      journal.writeAt(this.#endBytes, bytes);
      journal.flush();
    } catch (error) {
      journal.truncate(this.#endBytes);
      throw error;
    }
    this.#endBytes += bytes.byteLength;
  }

  async #compact(): Promise<void> {
    const old = this.#opened();
    const next = await this.#area.open(NEXT, { create: true });
    if (next === undefined) throw new EngineError("internal", "cannot create the journal");
    let endBytes: number;
    try {
      endBytes = writeAll(next, this.#records);
      next.close();
    } catch (error) {
      next.close();
      await this.#area.remove(NEXT);
      throw error;
    }
    old.close();
    this.#journal = undefined;
    try {
      await this.#area.rename(NEXT, JOURNAL);
      this.#endBytes = endBytes;
    } finally {
      this.#journal = await this.#area.open(JOURNAL);
    }
  }

  #opened(): ByteFile {
    if (this.#journal === undefined) throw new EngineError("unavailable", "the records are closed");
    return this.#journal;
  }

  #sizeOf(key: string): number {
    const json = this.#records.get(key);
    return json === undefined ? 0 : key.length + json.length;
  }
}

function writeAll(file: ByteFile, records: ReadonlyMap<string, string>): number {
  file.truncate(0);
  file.writeAt(0, JOURNAL_MAGIC);
  let endBytes = JOURNAL_MAGIC.byteLength;
  for (const [key, json] of records) {
    const frame = encodeFrame({ key, json });
    file.writeAt(endBytes, frame);
    endBytes += frame.byteLength;
  }
  file.flush();
  return endBytes;
}
