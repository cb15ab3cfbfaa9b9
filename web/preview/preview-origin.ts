// Where the preview of a port lives: always another origin than the application's, one for each port, so that neither the application nor
// two previews share storage, cookies or a service worker. docs/decisions/0015-previews.md.

const LOOPBACK = /^(?:localhost|127\.0\.0\.1|\[::1\])$/;

/**
 * `pattern`: what the deployer set, an origin with `*` for a label (`https://*.preview.example.com`), or "". On a loopback address `*.localhost`
 * stands in for it: browsers lead it to this computer without asking anyone. Undefined: there is no host for previews.
 */
export function previewOrigin(
  port: number,
  options: {
    readonly pattern: string;
    readonly machine: string;
    readonly page: Pick<Location, "protocol" | "hostname" | "port">;
  },
): string | undefined {
  const { pattern, machine, page } = options;
  const label = `p${port}${machine === "" ? "" : `-${machine}`}`;
  if (pattern !== "") return new URL(pattern.replace("*", label)).origin;
  if (!LOOPBACK.test(page.hostname)) return undefined;
  return `${page.protocol}//${label}.localhost${page.port === "" ? "" : `:${page.port}`}`;
}

/** What the build wrote into the page. */
export function previewPattern(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="slipway-previews"]')?.content ?? "";
}
