// The elements for pages that bundle their scripts: import and call once. On a server it does nothing.

import { type EmbedSettings, useSettings } from "./embed-settings.ts";
import { PlaygroundElement } from "./playground-element.ts";
import { RunElement } from "./run-element.ts";
import { TerminalElement } from "./terminal-element.ts";

export type { EmbedSettings, PlaygroundElement, RunElement, TerminalElement };

/** Makes `<slipway-terminal>`, `<slipway-playground>` and `<slipway-run>` work. Only the first call counts. */
export function defineElements(settings: EmbedSettings = {}): void {
  if (typeof customElements === "undefined" || customElements.get("slipway-terminal") !== undefined) return;
  useSettings(settings);
  customElements.define("slipway-terminal", TerminalElement);
  customElements.define("slipway-playground", PlaygroundElement);
  customElements.define("slipway-run", RunElement);
}

declare global {
  interface HTMLElementTagNameMap {
    "slipway-terminal": TerminalElement;
    "slipway-playground": PlaygroundElement;
    "slipway-run": RunElement;
  }
}
