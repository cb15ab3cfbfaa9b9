import { Panel } from "./panel.ts";
export class VolumesPanel extends Panel {
  protected open(): void {}
}
customElements.define("slipway-volumes-panel", VolumesPanel);
