import { Panel } from "./panel.ts";
export class LxcPanel extends Panel {
  protected open(): void {}
}
customElements.define("slipway-lxc-panel", LxcPanel);
