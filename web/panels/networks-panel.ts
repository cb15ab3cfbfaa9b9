import { Panel } from "./panel.ts";
export class NetworksPanel extends Panel {
  protected open(): void {}
}
customElements.define("slipway-networks-panel", NetworksPanel);
