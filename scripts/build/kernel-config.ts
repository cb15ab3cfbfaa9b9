// Kernel configurations as text: lines "CONFIG_X=y", and "# CONFIG_X is not set" or no line at all for what is off (kernel: Documentation/kbuild/kconfig.rst).

/** Values by option; "n" for what a line says is not set. */
export function parseKernelConfig(text: string): Map<string, string> {
  const options = new Map<string, string>();
  for (const line of text.split("\n")) {
    const set = /^(CONFIG_\w+)=(.*)$/.exec(line);
    const unset = /^# (CONFIG_\w+) is not set$/.exec(line);
    if (set) options.set(set[1]!, set[2]!.trim());
    else if (unset) options.set(unset[1]!, "n");
  }
  return options;
}

/** The wanted options that do not hold in a configuration, as "CONFIG_X=wanted (is: found)". */
export function unmetOptions(
  wanted: ReadonlyMap<string, string>,
  found: ReadonlyMap<string, string>,
): string[] {
  return [...wanted]
    .filter(([option, value]) => (found.get(option) ?? "n") !== value)
    .map(([option, value]) => `${option}=${value} (is: ${found.get(option) ?? "n"})`);
}
