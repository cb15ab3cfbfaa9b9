import { Panel } from "./panel.ts";
export class ImagesPanel extends Panel {
  protected open(): void {}
}
customElements.define("slipway-images-panel", ImagesPanel);
