// A request's JSON body, bounded; what is inside is still unknown and read field by field.

import { EngineError } from "../base/errors.ts";
import { readText } from "../base/streams.ts";

const LIMIT_BYTES = 4 * 1024 * 1024;

export type JsonObject = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An empty body is `{}`. Throws invalid-argument for anything but one object. */
export async function readJsonBody(body: ReadableStream<Uint8Array> | null): Promise<JsonObject> {
  let text: string;
  try {
    text = body === null ? "" : await readText(body, LIMIT_BYTES);
  } catch (cause) {
    throw new EngineError("invalid-argument", "invalid JSON: the body cannot be read or is too large", {
      cause,
    });
  }
  if (text.trim() === "") return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new EngineError("invalid-argument", "invalid JSON: the body is not JSON", { cause });
  }
  if (parsed === null) return {};
  if (!isJsonObject(parsed)) throw new EngineError("invalid-argument", "invalid JSON: an object is wanted");
  return parsed;
}
