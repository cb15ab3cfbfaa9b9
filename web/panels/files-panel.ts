import { Panel } from "./panel.ts";
export class FilesPanel extends Panel {
  protected open(): void {}
}
customElements.define("slipway-files-panel", FilesPanel);
