// Which kernel modules to load and in which order, from the modules' own .modinfo (kernel: include/linux/module.h): no depmod needed.
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

export interface KernelModule {
  readonly name: string;
  readonly path: string;
  readonly needs: readonly string[];
}

/** Module names use "_" and "-" alike. */
export function moduleName(text: string): string {
  return text.replaceAll("-", "_");
}

/** The values of one .modinfo field: NUL-terminated "field=value" strings inside the object file. */
export function modinfoValues(object: Buffer, field: string): string[] {
  const values: string[] = [];
  const needle = Buffer.from(`\0${field}=`, "latin1");
  for (let at = object.indexOf(needle); at >= 0; at = object.indexOf(needle, at + 1)) {
    const start = at + needle.length;
    values.push(object.toString("latin1", start, object.indexOf(0, start)));
  }
  return values;
}

/** What must be loaded first: hard dependencies, and soft ones marked "pre:". */
export function moduleNeeds(object: Buffer): string[] {
  const needs = modinfoValues(object, "depends").flatMap((value) => value.split(","));
  for (const value of modinfoValues(object, "softdep")) {
    const pre = /\bpre:\s*((?:(?!\bpost:).)*)/.exec(value)?.[1] ?? "";
    needs.push(...pre.trim().split(/\s+/));
  }
  return [...new Set(needs.filter(Boolean).map(moduleName))];
}

/** Every module file below a folder, by name. */
export function findModules(folder: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && entry.name.endsWith(".ko")) {
      found.set(moduleName(basename(entry.name, ".ko")), join(entry.parentPath, entry.name));
    }
  }
  return found;
}

/** Modules in the order in which they load. Built-in ones are skipped; a name that is neither is an error. */
export function loadOrder(
  wanted: readonly string[],
  available: ReadonlyMap<string, string>,
  builtIn: ReadonlySet<string>,
): KernelModule[] {
  const order: KernelModule[] = [];
  const seen = new Set<string>();
  const visit = (name: string, askedBy: string | undefined): void => {
    if (seen.has(name) || builtIn.has(name)) return;
    seen.add(name);
    const path = available.get(name);
    if (path === undefined) {
      // A soft dependency may name an alias ("crypto-crc32c"): what provides it is then in the list by its own name.
      if (askedBy !== undefined) return;
      throw new Error(`The kernel has no module "${name}" (images/kernel/modules.txt)`);
    }
    const needs = moduleNeeds(readFileSync(path));
    for (const need of needs) visit(need, name);
    order.push({ name, path, needs });
  };
  for (const name of wanted) visit(moduleName(name), undefined);
  return order;
}

/** modules.dep and modules.alias of a folder that holds these modules, as modprobe(8) reads them. `order`: what loadOrder gave. */
export function modprobeTables(order: readonly KernelModule[]): { dependencies: string; aliases: string } {
  const present = new Map(order.map((module) => [module.name, module]));
  const needsOf = (module: KernelModule): KernelModule[] =>
    module.needs.flatMap((name) => {
      const need = present.get(name);
      return need ? [need, ...needsOf(need)] : [];
    });
  const dependencies = order.map((module) => {
    const files = new Set(needsOf(module).map(({ path }) => basename(path)));
    return `${basename(module.path)}:${[...files].map((file) => ` ${file}`).join("")}\n`;
  });
  const aliases = order.flatMap(({ name, path }) =>
    modinfoValues(readFileSync(path), "alias").map((alias) => `alias ${alias} ${name}\n`),
  );
  return { dependencies: dependencies.join(""), aliases: aliases.join("") };
}
