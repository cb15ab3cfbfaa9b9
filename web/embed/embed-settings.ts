// What the page has said once, for all its elements.

export interface EmbedSettings {
  /** The folder with Slipway's files: `/slipway/` of the page's origin by default. */
  readonly baseUrl?: string | URL;
  /** Where previews live, an origin with `*` for a label. */
  readonly previews?: string;
  /** What programs of the machine may reach outside, for elements without the attribute: see BootOptions. */
  readonly outside?: string;
  /** Of elements without the attribute: `wss://…`. */
  readonly relay?: string;
}

let settings: EmbedSettings = {};

export function useSettings(given: EmbedSettings): void {
  settings = given;
}

export function embedSettings(): EmbedSettings {
  return settings;
}
