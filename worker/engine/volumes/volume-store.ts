// Named and anonymous volumes: a record under `volumes/NAME`, a directory on the guest's data disk.

import { EngineError } from "../../base/errors.ts";
import type { RecordPort } from "../record-port.ts";

export interface VolumeRecord {
  name: string;
  createdAtMs: number;
  labels: Record<string, string>;
  options: Record<string, string>;
  /** Made for a container, without a name of its own. */
  anonymous: boolean;
}

const PREFIX = "volumes/";

export class VolumeStore {
  readonly #records: RecordPort;
  readonly #byName = new Map<string, VolumeRecord>();

  constructor(records: RecordPort) {
    this.#records = records;
  }

  async load(): Promise<void> {
    for (const key of await this.#records.list(PREFIX)) {
      const record = await this.#records.get(key);
      if (isRecord(record)) this.#byName.set(record.name, record);
    }
  }

  all(): VolumeRecord[] {
    return [...this.#byName.values()];
  }

  get(name: string): VolumeRecord | undefined {
    return this.#byName.get(name);
  }

  /** Throws not-found in Docker's words. */
  find(name: string): VolumeRecord {
    const record = this.#byName.get(name);
    if (!record) throw new EngineError("not-found", `get ${name}: no such volume`);
    return record;
  }

  async add(record: VolumeRecord): Promise<void> {
    this.#byName.set(record.name, record);
    await this.#records.put(PREFIX + record.name, structuredClone(record));
  }

  async remove(name: string): Promise<void> {
    this.#byName.delete(name);
    await this.#records.delete(PREFIX + name);
  }
}

export function volumeRoot(name: string): string {
  return `/var/lib/docker/volumes/${name}`;
}

export function volumeMountpoint(name: string): string {
  return `${volumeRoot(name)}/_data`;
}

function isRecord(value: unknown): value is VolumeRecord {
  return typeof value === "object" && value !== null && "name" in value && "anonymous" in value;
}
