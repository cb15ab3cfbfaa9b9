// The `filters` of lists, events and prune: a name to the values that are allowed for it.

import { EngineError } from "../base/errors.ts";

export type Filters = ReadonlyMap<string, readonly string[]>;

export const NO_FILTERS: Filters = new Map();

/** Throws Docker's `invalid filter 'x'` for a name that is not among those accepted. */
export function rejectUnknownFilters(filters: Filters, accepted: readonly string[]): void {
  for (const name of filters.keys()) {
    if (!accepted.includes(name)) throw new EngineError("invalid-argument", `invalid filter '${name}'`);
  }
}

/** True without such a filter, or when one of its values passes. */
export function anyValue(filters: Filters, name: string, passes: (value: string) => boolean): boolean {
  const values = filters.get(name);
  return values === undefined || values.length === 0 || values.some(passes);
}

/** Label filters `key` and `key=value`: all of them must hold. */
export function matchesLabels(
  filters: Filters,
  labels: Readonly<Record<string, string>>,
  name = "label",
): boolean {
  return (filters.get(name) ?? []).every((wanted) => hasLabel(labels, wanted));
}

export function hasLabel(labels: Readonly<Record<string, string>>, wanted: string): boolean {
  const equals = wanted.indexOf("=");
  const key = equals < 0 ? wanted : wanted.slice(0, equals);
  if (!Object.hasOwn(labels, key)) return false;
  return equals < 0 || labels[key] === wanted.slice(equals + 1);
}

/** One boolean filter (`dangling=true`); undefined when it is not set. */
export function booleanFilter(filters: Filters, name: string): boolean | undefined {
  const value = filters.get(name)?.[0];
  if (value === undefined) return undefined;
  if (["1", "t", "true", "True", "TRUE", "T"].includes(value)) return true;
  if (["0", "f", "false", "False", "FALSE", "F"].includes(value)) return false;
  throw new EngineError("invalid-argument", `invalid filter '${name}=${value}'`);
}
