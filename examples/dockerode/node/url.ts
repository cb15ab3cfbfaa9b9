// Node's `url` and `querystring` as far as docker-modem puts addresses together.

const PLACE = "http://page";

export function parse(address: string) {
  const { protocol, hostname, port, pathname, search } = new URL(address, PLACE);
  return { protocol, hostname, port, pathname, path: pathname + search };
}

export function format(parts: { readonly pathname?: string; readonly path?: string }): string {
  return PLACE + (parts.path ?? parts.pathname ?? "/");
}

export function resolve(from: string, to: string): string {
  return new URL(to, from).href;
}

export function stringify(values: Readonly<Record<string, unknown>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values))
    for (const each of Array.isArray(value) ? value : [value]) query.append(name, String(each));
  return query.toString();
}
