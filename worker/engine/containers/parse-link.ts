// `--link NAME[:ALIAS]`, as a container keeps it.

/** The alias is the name where there is none. */
export function parseLink(link: string): { readonly name: string; readonly alias: string } {
  const [name = "", alias = name] = link.split(":");
  return { name, alias };
}
