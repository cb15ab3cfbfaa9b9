// The application's colours and measures for a shadow root: each is the page's `--slipway-NAME` where it has one.

/** `tokens`: the style sheet as it is written, or minified. */
export function themedTokens(tokens: string): string {
  return tokens
    .replaceAll(":root", ".frame")
    .replace(/([{;]\s*)--([\w-]+):\s*([^;}]+)/g, (_match, before: string, name: string, value: string) => {
      return `${before}--${name}: var(--slipway-${name}, ${value.replace(/\s+/g, " ").trim()})`;
    });
}
