// Reads fields of JSON that a client sent: absent and null are the default, another type is Docker's 400.

import { EngineError } from "../base/errors.ts";
import { isJsonObject, type JsonObject } from "./json-body.ts";

export class JsonFields {
  readonly #object: JsonObject;
  readonly #path: string;

  constructor(object: unknown, path = "") {
    if (object !== undefined && object !== null && !isJsonObject(object)) throw mismatch(path, "an object");
    this.#object = object ?? {};
    this.#path = path;
  }

  raw(name: string): unknown {
    const value = Object.hasOwn(this.#object, name) ? this.#object[name] : undefined;
    return value === null ? undefined : value;
  }

  keys(): string[] {
    return Object.keys(this.#object);
  }

  text(name: string, otherwise = ""): string {
    return this.optionalText(name) ?? otherwise;
  }

  optionalText(name: string): string | undefined {
    const value = this.raw(name);
    if (value === undefined || typeof value === "string") return value;
    throw mismatch(this.#path + name, "a string");
  }

  boolean(name: string): boolean {
    return this.optionalBoolean(name) ?? false;
  }

  optionalBoolean(name: string): boolean | undefined {
    const value = this.raw(name);
    if (value === undefined || typeof value === "boolean") return value;
    throw mismatch(this.#path + name, "a boolean");
  }

  integer(name: string, otherwise = 0): number {
    return this.optionalInteger(name) ?? otherwise;
  }

  optionalInteger(name: string): number | undefined {
    const value = this.raw(name);
    if (value === undefined || (typeof value === "number" && Number.isFinite(value)))
      return value === undefined ? undefined : Math.trunc(value);
    throw mismatch(this.#path + name, "a number");
  }

  /** Undefined when absent; a single string counts as a list of one. */
  optionalTexts(name: string): string[] | undefined {
    const value = this.raw(name);
    if (value === undefined) return undefined;
    if (typeof value === "string") return [value];
    if (Array.isArray(value) && value.every((each) => typeof each === "string")) return value;
    throw mismatch(this.#path + name, "a list of strings");
  }

  texts(name: string): string[] {
    return this.optionalTexts(name) ?? [];
  }

  textMap(name: string): Record<string, string> {
    const value = new JsonFields(this.raw(name), `${this.#path}${name}.`);
    return Object.fromEntries(value.keys().map((key) => [key, value.text(key)]));
  }

  object(name: string): JsonFields {
    return new JsonFields(this.raw(name), `${this.#path}${name}.`);
  }

  objects(name: string): JsonFields[] {
    const value = this.raw(name);
    if (value === undefined) return [];
    if (!Array.isArray(value)) throw mismatch(this.#path + name, "a list");
    return value.map((each: unknown, at) => new JsonFields(each, `${this.#path}${name}[${at}].`));
  }
}

function mismatch(path: string, wanted: string): EngineError {
  return new EngineError("invalid-argument", `invalid JSON: ${path.replace(/\.$/, "")} must be ${wanted}`);
}
