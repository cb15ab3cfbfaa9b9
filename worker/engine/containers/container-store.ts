// All containers by id and name, and their records under `containers/ID`.

import { EngineError } from "../../base/errors.ts";
import type { RecordPort } from "../record-port.ts";
import { Container } from "./container.ts";
import type { ContainerRecord } from "./container-record.ts";

const PREFIX = "containers/";

export class ContainerStore {
  readonly #records: RecordPort;
  readonly #byId = new Map<string, Container>();
  /** Names belong to ids before the container exists, so that two creations cannot take the same. */
  readonly #idByName = new Map<string, string>();

  constructor(records: RecordPort) {
    this.#records = records;
  }

  async load(): Promise<void> {
    for (const key of await this.#records.list(PREFIX)) {
      const record = await this.#records.get(key);
      if (!isRecord(record)) continue;
      this.#byId.set(record.id, new Container(record));
      this.#idByName.set(record.name, record.id);
    }
  }

  all(): Container[] {
    return [...this.#byId.values()];
  }

  byId(id: string): Container | undefined {
    return this.#byId.get(id);
  }

  /** By id, name (with or without the slash) or a prefix of one id. Throws not-found, or invalid-argument for two. */
  find(reference: string): Container {
    const byId = this.#byId.get(reference);
    if (byId) return byId;
    const named = this.#byId.get(this.#idByName.get(reference.replace(/^\//, "")) ?? "");
    if (named) return named;
    if (/^[0-9a-f]{1,63}$/.test(reference)) {
      const matches = this.all().filter((container) => container.id.startsWith(reference));
      if (matches.length > 1)
        throw new EngineError("invalid-argument", `multiple IDs found with provided prefix: ${reference}`);
      if (matches[0]) return matches[0];
    }
    throw new EngineError("not-found", `No such container: ${reference}`);
  }

  hasName(name: string): boolean {
    return this.#idByName.has(name);
  }

  /** Throws conflict in Docker's words when another container has it. */
  reserveName(name: string, id: string): void {
    const holder = this.#idByName.get(name);
    if (holder !== undefined)
      throw new EngineError(
        "conflict",
        `Conflict. The container name "/${name}" is already in use by container "${holder}". ` +
          "You have to remove (or rename) that container to be able to reuse that name.",
      );
    this.#idByName.set(name, id);
  }

  releaseName(name: string): void {
    this.#idByName.delete(name);
  }

  add(record: ContainerRecord): Container {
    const container = new Container(record);
    this.#byId.set(record.id, container);
    return container;
  }

  /** Resolves when the record is kept. */
  async save(container: Container): Promise<void> {
    if (this.#byId.get(container.id) !== container) return;
    await this.#records.put(PREFIX + container.id, structuredClone(container.record));
  }

  async remove(container: Container): Promise<void> {
    this.#byId.delete(container.id);
    this.#idByName.delete(container.name);
    await this.#records.delete(PREFIX + container.id);
  }
}

function isRecord(value: unknown): value is ContainerRecord {
  return (
    typeof value === "object" &&
    value !== null &&
    "id" in value &&
    "name" in value &&
    "state" in value &&
    "host" in value &&
    "config" in value
  );
}
