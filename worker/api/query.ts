// Query strings as the docker CLI, dockerode and curl write them: 1, true, or nothing; filters as maps or lists.

import { EngineError } from "../base/errors.ts";
import { type Filters, NO_FILTERS } from "../engine/filters.ts";
import { isJsonObject } from "./json-body.ts";

export class Query {
  readonly #values: URLSearchParams;

  constructor(text: string) {
    this.#values = new URLSearchParams(text);
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  text(name: string): string {
    return this.#values.get(name) ?? "";
  }

  all(name: string): string[] {
    return this.#values.getAll(name);
  }

  /** False: absent, empty, 0, no, false, none. Anything else is true. */
  boolean(name: string): boolean {
    return !["", "0", "no", "false", "none"].includes(this.text(name).trim().toLowerCase());
  }

  /** Undefined when absent or empty. Throws invalid-argument for anything but a whole number. */
  integer(name: string): number | undefined {
    const text = this.text(name);
    if (text === "") return undefined;
    if (!/^-?\d{1,15}$/.test(text))
      throw new EngineError("invalid-argument", `strconv.Atoi: parsing "${text}": invalid syntax`);
    return Number(text);
  }

  /** `{"status":["running"]}` or `{"status":{"running":true}}`. Throws invalid-argument. */
  filters(): Filters {
    const text = this.text("filters");
    if (text === "") return NO_FILTERS;
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch (cause) {
      throw new EngineError("invalid-argument", `invalid filter: ${text}`, { cause });
    }
    if (!isJsonObject(parsed)) throw new EngineError("invalid-argument", `invalid filter: ${text}`);
    return new Map(Object.entries(parsed).map(([name, value]) => [name, filterValues(name, value)]));
  }
}

function filterValues(name: string, value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.map(String);
  if (isJsonObject(value))
    return Object.entries(value).flatMap(([key, chosen]) => (chosen === true ? [key] : []));
  throw new EngineError("invalid-argument", `invalid filter '${name}'`);
}
