// What the page remembers of its visitor, in localStorage. Storage may be blocked, full or hold nonsense: then the
// defaults are used, and what is set lasts as long as the page.

import { isPanelName, type PanelName } from "./panel-names.ts";

export interface Preferences {
  readonly theme: "system" | "light" | "dark";
  /** Pixels; undefined lets the page choose by the kind of pointer. */
  readonly fontSize: number | undefined;
  readonly copyOnSelect: boolean;
  readonly screenReader: boolean;
  readonly hintsHidden: boolean;
  /** `wss://…` of a relay for connections out of the machine; "": none. */
  readonly relay: string;
  /** The tips for newcomers have been read, or dismissed. */
  readonly tipsSeen: boolean;
  /** The panel that is open beside the terminals. */
  readonly panel: PanelName | undefined;
  /** Pixels; undefined: never chosen. */
  readonly panelWidth: number | undefined;
}

export const PANEL_WIDTH = { minimum: 320, usual: 430, maximum: 900 } as const;
export const FONT_SIZE = { minimum: 10, maximum: 32 } as const;

const KEY = "slipway.preferences";

export class PreferenceStore {
  readonly #storage: () => Storage;
  readonly #listeners = new Set<(preferences: Preferences) => void>();
  #current: Preferences;

  /** `storage` is a function because merely reading `window.localStorage` throws where it is blocked. */
  constructor(storage: () => Storage) {
    this.#storage = storage;
    this.#current = parsePreferences(this.#read());
  }

  get current(): Preferences {
    return this.#current;
  }

  set(change: Partial<Preferences>): void {
    this.#current = { ...this.#current, ...change };
    try {
      this.#storage().setItem(KEY, JSON.stringify(this.#current));
    } catch {
      // Blocked or full: remembered until the page is closed.
    }
    for (const listener of this.#listeners) listener(this.#current);
  }

  /** Calls back at once, then at every change. */
  observe(listener: (preferences: Preferences) => void): void {
    this.#listeners.add(listener);
    listener(this.#current);
  }

  #read(): string | null {
    try {
      return this.#storage().getItem(KEY);
    } catch {
      return null;
    }
  }
}

/** Any text is accepted; what is not a preference becomes its default. */
export function parsePreferences(text: string | null): Preferences {
  const stored = parseRecord(text);
  const { theme, fontSize, panel, panelWidth } = stored;
  return {
    theme: theme === "light" || theme === "dark" ? theme : "system",
    fontSize: typeof fontSize === "number" && Number.isFinite(fontSize) ? clampFontSize(fontSize) : undefined,
    copyOnSelect: stored.copyOnSelect === true,
    screenReader: stored.screenReader === true,
    hintsHidden: stored.hintsHidden === true,
    relay: typeof stored.relay === "string" ? stored.relay : "",
    tipsSeen: stored.tipsSeen === true,
    panel: typeof panel === "string" && isPanelName(panel) ? panel : undefined,
    panelWidth:
      typeof panelWidth === "number" && Number.isFinite(panelWidth) ? clampPanelWidth(panelWidth) : undefined,
  };
}

export function clampFontSize(size: number): number {
  return Math.round(Math.min(FONT_SIZE.maximum, Math.max(FONT_SIZE.minimum, size)));
}

export function clampPanelWidth(width: number): number {
  return Math.round(Math.min(PANEL_WIDTH.maximum, Math.max(PANEL_WIDTH.minimum, width)));
}

function parseRecord(text: string | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
