// Draws a terminal with the graphics processor where there is a real one. The code is loaded when first wanted; without
// WebGL, with a software rasteriser, or when the context is lost, xterm draws with the DOM, which is always right.

import type { Terminal } from "@xterm/xterm";

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
    if (this.#addon !== undefined || this.#broken || !hasHardwareWebgl()) return;
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

/** Rasterisers that run on the processor, which the terminal needs for itself; not all own up to it when asked. */
const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;

let hardware: boolean | undefined;

/** Asked once: a context is dear, and the answer does not change. */
function hasHardwareWebgl(): boolean {
  if (hardware !== undefined) return hardware;
  const context = document
    .createElement("canvas")
    .getContext("webgl2", { failIfMajorPerformanceCaveat: true });
  const details = context?.getExtension("WEBGL_debug_renderer_info");
  const name = context?.getParameter(details?.UNMASKED_RENDERER_WEBGL ?? context.RENDERER);
  hardware = context !== null && !SOFTWARE.test(String(name));
  context?.getExtension("WEBGL_lose_context")?.loseContext();
  return hardware;
}
