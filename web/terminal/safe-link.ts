// Links that a terminal's output contains, whether printed or marked (OSC 8), are the guest's: only addresses of the web
// are opened, in a tab that cannot reach this one.

/** The address in its normal form, or undefined when it is not http or https. */
export function safeLink(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  return url.protocol === "http:" || url.protocol === "https:" ? url.href : undefined;
}

export function openLink(address: string): void {
  const href = safeLink(address);
  if (href !== undefined) window.open(href, "_blank", "noopener,noreferrer");
}
