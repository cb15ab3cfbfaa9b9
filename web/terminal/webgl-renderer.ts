// Draws a terminal with the graphics processor where there is a real one. The code is loaded when first wanted; without
// WebGL, with a software rasteriser, or when the context is lost, xterm draws with the DOM, which is always right.

import type { Terminal } from "@xterm/xterm";
import { hasHardwareDrawing } from "./hardware-drawing.ts";

export class WebglRenderer {
  readonly #terminal: Terminal;
  #addon: { dispose(): void } | undefined;
  #wanted = false;
  #broken = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Browsers allow few contexts, so only the terminal that is seen has one. */
  async show(): Promise<void> {
    this.#wanted = true;
    if (this.#addon !== undefined || this.#broken || !hasHardwareDrawing()) return;
    try {
      const { WebglAddon } = await import("@xterm/addon-webgl");
      if (!this.#wanted || this.#addon !== undefined) return;
      const addon = new WebglAddon();
      addon.onContextLoss(() => {
        this.#broken = true;
        this.hide();
      });
      this.#terminal.loadAddon(addon);
      this.#addon = addon;
    } catch {
      this.#broken = true;
    }
  }

  hide(): void {
    this.#wanted = false;
    this.#addon?.dispose();
    this.#addon = undefined;
  }
}
