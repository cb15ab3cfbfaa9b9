// How an image came to be, step by step: the `history` list of its configuration.

import { asObject, field, type JsonObject, listField, malformed, stringField } from "./json-document.ts";

export interface ImageHistoryEntry {
  /** RFC 3339, or "". */
  readonly created: string;
  readonly createdBy: string;
  readonly author: string;
  readonly comment: string;
  /** The step changed the configuration only and has no layer. */
  readonly emptyLayer: boolean;
}

export function parseHistory(config: JsonObject, what: string): readonly ImageHistoryEntry[] {
  return (listField(config, "history", what, 10_000) ?? []).map((value) => {
    const entry = asObject(value, `${what}: history`);
    const emptyLayer = field(entry, "empty_layer") ?? false;
    if (typeof emptyLayer !== "boolean") throw malformed(what, "empty_layer is not a boolean");
    return {
      created: stringField(entry, "created", what),
      createdBy: stringField(entry, "created_by", what),
      author: stringField(entry, "author", what),
      comment: stringField(entry, "comment", what),
      emptyLayer,
    };
  });
}
