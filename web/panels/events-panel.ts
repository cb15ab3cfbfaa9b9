import { Panel } from "./panel.ts";
export class EventsPanel extends Panel {
  protected open(): void {}
}
customElements.define("slipway-events-panel", EventsPanel);
