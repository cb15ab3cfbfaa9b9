// `--filter KEY=VALUE` as the API takes it: `{"status": {"running": true}}`.

/** For the flag's table: refuses what is no KEY=VALUE. */
export function checkFilter(text: string): string {
  if (!text.includes("=")) throw new Error("bad format of filter (expected name=value)");
  return text;
}

/** The query value; "" without filters. `more` adds filters that the command itself makes. */
export function formatFilters(
  filters: readonly string[],
  more: Readonly<Record<string, string>> = {},
): string {
  const keys = new Map<string, Record<string, true>>();
  const add = (key: string, value: string) => {
    const values = keys.get(key) ?? {};
    values[value] = true;
    keys.set(key, values);
  };
  for (const filter of filters) {
    const equals = filter.indexOf("=");
    add(filter.slice(0, equals).trim().toLowerCase(), filter.slice(equals + 1).trim());
  }
  for (const [key, value] of Object.entries(more)) add(key, value);
  if (keys.size === 0) return "";
  return JSON.stringify(Object.fromEntries([...keys].sort(([a], [b]) => (a < b ? -1 : 1))));
}
