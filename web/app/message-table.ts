// Tables of texts: what a page says, by key, with `{name}` where a value goes. Each part of the page has a table of its own.

type Placeholders<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;

/** The values that a text wants: no argument when it has no placeholders. */
export type MessageValues<Text extends string> = [Placeholders<Text>] extends [never]
  ? []
  : [values: Readonly<Record<Placeholders<Text>, string | number>>];

/** Keys of texts without placeholders. */
export type PlainKey<Table extends Readonly<Record<string, string>>> = {
  [Key in keyof Table]: [Placeholders<Table[Key]>] extends [never] ? Key : never;
}[keyof Table];

/** Gives the text for a key, its placeholders filled in. */
export function messageTable<Table extends Readonly<Record<string, string>>>(table: Table) {
  return <Key extends keyof Table>(key: Key, ...[values]: MessageValues<Table[Key]>): string => {
    const given: Readonly<Record<string, string | number>> = values ?? {};
    const text = table[key] as string;
    return text.replace(/\{(\w+)\}/g, (placeholder, name: string) => String(given[name] ?? placeholder));
  };
}
