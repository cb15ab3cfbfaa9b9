// Light or dark: what the visitor chose, else what the system prefers. The colours themselves are custom properties in
// tokens.css; this sets the attribute that picks them and says so to whoever must redraw.

import type { PreferenceStore } from "./preferences.ts";

export type ThemeName = "light" | "dark";

export class Theme {
  readonly #preferences: PreferenceStore;
  readonly #listeners = new Set<(theme: ThemeName) => void>();
  readonly #systemDark = window.matchMedia("(prefers-color-scheme: dark)");
  #current: ThemeName = "dark";

  constructor(preferences: PreferenceStore) {
    this.#preferences = preferences;
    preferences.observe(() => this.#apply());
    this.#systemDark.addEventListener("change", () => this.#apply());
  }

  get current(): ThemeName {
    return this.#current;
  }

  toggle(): void {
    this.#preferences.set({ theme: this.#current === "dark" ? "light" : "dark" });
  }

  /** Calls back at once, then at every change. */
  observe(listener: (theme: ThemeName) => void): void {
    this.#listeners.add(listener);
    listener(this.#current);
  }

  #apply(): void {
    const { theme } = this.#preferences.current;
    const next = theme === "system" ? (this.#systemDark.matches ? "dark" : "light") : theme;
    if (next === this.#current && document.documentElement.dataset.theme === next) return;
    this.#current = next;
    document.documentElement.dataset.theme = next;
    for (const listener of this.#listeners) listener(next);
  }
}
