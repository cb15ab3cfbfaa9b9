// What a pane needs of the machine: ask something for a port, with a message port for the answer. The page that runs the machine has it; a
// preview in a tab of its own asks that page, which opened it.

import type { PreviewMessage } from "../../worker/rpc/protocol.ts";

export interface PreviewBackend {
  /** Which machine this is, in a preview's host name: "" for the one whose files are kept. */
  readonly machine: string;
  ask(machinePort: number, message: PreviewMessage, port: MessagePort): void;
}

/** From a preview's tab to the page that opened it; both are of the application's origin. */
export interface TabAsk {
  readonly slipway: "preview";
  readonly machinePort: number;
  readonly message: PreviewMessage;
}

/** Answers the tabs that this page opened. */
export function serveTabs(backend: PreviewBackend): void {
  window.addEventListener("message", ({ data, origin, source, ports }: MessageEvent<TabAsk>) => {
    const [port] = ports;
    if (origin !== location.origin || source === window || data?.slipway !== "preview" || !port) return;
    backend.ask(data.machinePort, data.message, port);
  });
}

/** Of the page that opened this one; undefined when it is gone. */
export function openerBackend(machine: string): PreviewBackend | undefined {
  const opener: Window | null = window.opener;
  if (opener === null || opener.closed) return undefined;
  return {
    machine,
    ask: (machinePort, message, port) =>
      opener.postMessage({ slipway: "preview", machinePort, message } satisfies TabAsk, location.origin, [
        port,
      ]),
  };
}
