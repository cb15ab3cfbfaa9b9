// JSON from outside: bounded, UTF-8, and looked at field by field with the document's name in every error.

import { EngineError } from "../base/errors.ts";

export const MAX_DOCUMENT_BYTES = 4 * 1_048_576;

export type JsonObject = Readonly<Record<string, unknown>>;

/** `what` begins the message: `manifest sha256:…`. Throws EngineError("corrupt"). */
export function parseJsonObject(bytes: Uint8Array, what: string): JsonObject {
  return asObject(parseJson(bytes, what), what);
}

/** Throws EngineError("corrupt") for what is not JSON in UTF-8, or over 4 MiB. */
export function parseJson(bytes: Uint8Array, what: string): unknown {
  if (bytes.byteLength > MAX_DOCUMENT_BYTES) throw malformed(what, "it is too large");
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (cause) {
    throw new EngineError("corrupt", `invalid ${what}: not JSON`, { cause });
  }
}

export function asObject(value: unknown, what: string): JsonObject {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw malformed(what, "not an object");
  return value as JsonObject;
}

/** Absent and null count as the same, as for Go. */
export function field(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? (object[name] ?? undefined) : undefined;
}

/** "" when absent. */
export function stringField(object: JsonObject, name: string, what: string): string {
  const value = field(object, name) ?? "";
  if (typeof value !== "string") throw malformed(what, `${name} is not a string`);
  return value;
}

/** Undefined when absent. */
export function listField(
  object: JsonObject,
  name: string,
  what: string,
  maxItems: number,
): readonly unknown[] | undefined {
  const value = field(object, name);
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw malformed(what, `${name} is not a list`);
  if (value.length > maxItems) throw malformed(what, `${name} has more than ${maxItems} items`);
  return value;
}

/** Undefined when absent. */
export function stringListField(
  object: JsonObject,
  name: string,
  what: string,
): readonly string[] | undefined {
  return listField(object, name, what, 10_000)?.map((item) => {
    if (typeof item !== "string") throw malformed(what, `${name} holds something other than strings`);
    return item;
  });
}

/** {} when absent. */
export function stringMapField(
  object: JsonObject,
  name: string,
  what: string,
): Readonly<Record<string, string>> {
  const value = field(object, name);
  if (value === undefined) return {};
  const entries = Object.entries(asObject(value, `${what}: ${name}`));
  for (const [key, item] of entries)
    if (typeof item !== "string") throw malformed(what, `${name}.${key} is not a string`);
  return Object.fromEntries(entries) as Record<string, string>;
}

/** Keys of an object that is used as a set: `{"80/tcp": {}}`. [] when absent. */
export function keysField(object: JsonObject, name: string, what: string): readonly string[] {
  const value = field(object, name);
  return value === undefined ? [] : Object.keys(asObject(value, `${what}: ${name}`));
}

/** Undefined when absent. */
export function integerField(object: JsonObject, name: string, what: string): number | undefined {
  const value = field(object, name);
  if (value === undefined) return undefined;
  if (typeof value !== "number" || !Number.isSafeInteger(value))
    throw malformed(what, `${name} is not a whole number`);
  return value;
}

export function malformed(what: string, how: string): EngineError {
  return new EngineError("corrupt", `invalid ${what}: ${how}`);
}
