// The Debian mirrors this machine is set up with, read from its apt configuration (sources.list(5), both formats). Read, never changed.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface DebianSource {
  readonly uri: string;
  readonly suite: string;
  /** A keyring's path; undefined means apt's trusted keys. */
  readonly signedBy: string | undefined;
}

/** Entries of a one-line-style file that offer the component "main". */
export function parseOneLineSources(text: string): DebianSource[] {
  const sources: DebianSource[] = [];
  for (const line of text.split("\n")) {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+([^#]*)/.exec(line);
    if (!match) continue;
    const [, options = "", uri = "", suite = "", components = ""] = match;
    if (!components.trim().split(/\s+/).includes("main")) continue;
    sources.push({ uri, suite, signedBy: /(?:^|\s)signed-by=(\S+)/i.exec(options)?.[1] });
  }
  return sources;
}

/** Entries of a deb822-style file that offer the component "main". */
export function parseDeb822Sources(text: string): DebianSource[] {
  const sources: DebianSource[] = [];
  for (const stanza of text.split(/\n\s*\n/)) {
    const fields = new Map<string, string>();
    let last = "";
    for (const line of stanza.split("\n")) {
      if (line.startsWith("#")) continue;
      const field = /^([\w-]+):\s*(.*)$/.exec(line);
      if (field) {
        last = field[1]!.toLowerCase();
        fields.set(last, field[2]!);
      } else if (/^\s/.test(line) && last) {
        fields.set(last, `${fields.get(last)} ${line.trim()}`);
      }
    }
    const words = (name: string) => (fields.get(name) ?? "").split(/\s+/).filter(Boolean);
    if (/^no$/i.test(fields.get("enabled") ?? "")) continue;
    if (!words("types").includes("deb") || !words("components").includes("main")) continue;
    const signedBy = fields.get("signed-by")?.startsWith("/") ? fields.get("signed-by") : undefined;
    for (const uri of words("uris"))
      for (const suite of words("suites")) sources.push({ uri, suite, signedBy });
  }
  return sources;
}

/** The machine's sources for one release: its own suite first, then -updates and -security where set up. */
export function machineSources(release: string, etcApt = "/etc/apt"): DebianSource[] {
  const read = (path: string) => {
    try {
      return readFileSync(path, "utf8");
    } catch {
      return "";
    }
  };
  let names: string[] = [];
  try {
    names = readdirSync(join(etcApt, "sources.list.d")).sort();
  } catch {
    // none there
  }
  const found = parseOneLineSources(read(join(etcApt, "sources.list")));
  for (const name of names) {
    const text = read(join(etcApt, "sources.list.d", name));
    if (name.endsWith(".list")) found.push(...parseOneLineSources(text));
    if (name.endsWith(".sources")) found.push(...parseDeb822Sources(text));
  }
  return [release, `${release}-updates`, `${release}-security`].flatMap((suite) => {
    const source = found.find((one) => one.suite === suite);
    return source ? [source] : [];
  });
}
