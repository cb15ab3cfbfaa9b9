// A style sheet whose addresses are replaced by their contents, for a page that can fetch nothing by itself.

/** The content of an address as a data: URL; undefined: it is another site's, or cannot be had. */
export type Inlined = (url: URL) => Promise<string | undefined>;

/** `url(…)` and the text form of `@import` (CSS Syntax Module Level 3, section 4). */
const ADDRESS = /url\(\s*(?:"([^"]*)"|'([^']*)'|([^"'()\s]*))\s*\)|(@import\s+)(?:"([^"]*)"|'([^']*)')/gi;

/** `base`: the style sheet's own address. */
export async function inlineStyles(css: string, base: URL, inlined: Inlined): Promise<string> {
  const parts: (string | Promise<string>)[] = [];
  let end = 0;
  for (const match of css.matchAll(ADDRESS)) {
    const [whole, double, single, bare, rule = "", importDouble, importSingle] = match;
    const address = double ?? single ?? bare ?? importDouble ?? importSingle ?? "";
    parts.push(css.slice(end, match.index));
    end = match.index + whole.length;
    const url = URL.canParse(address, base) && !/^(?:data:|#)/.test(address) && new URL(address, base);
    const replaced = (data: string | undefined) => (data === undefined ? whole : `${rule}url("${data}")`);
    parts.push(url ? inlined(url).then(replaced) : whole);
  }
  return (await Promise.all([...parts, css.slice(end)])).join("");
}
