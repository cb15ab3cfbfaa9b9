// Paths of the guest, absolute and without a slash at their end.

export function childPath(directory: string, name: string): string {
  return directory === "/" ? `/${name}` : `${directory}/${name}`;
}

export function parentPath(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}

/** From `root` down to `path`, the first named as the root is. A path outside of the root begins at `/`. */
export function breadcrumbs(path: string, root: string): { readonly name: string; readonly path: string }[] {
  const inside = root === "/" || path === root || path.startsWith(`${root}/`);
  const top = inside ? root : "/";
  const parts = path
    .slice(top === "/" ? 0 : top.length)
    .split("/")
    .filter(Boolean);
  const crumbs = [{ name: top, path: top }];
  let at = top;
  for (const name of parts) {
    at = childPath(at, name);
    crumbs.push({ name, path: at });
  }
  return crumbs;
}
