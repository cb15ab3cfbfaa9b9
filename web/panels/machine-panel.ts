import { Panel } from "./panel.ts";
export class MachinePanel extends Panel {
  protected open(): void {}
}
customElements.define("slipway-machine-panel", MachinePanel);
