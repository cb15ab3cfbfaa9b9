// What to show of a machine that is on its way: the words, and how far it is.

import type { MachineState } from "../../worker/rpc/protocol.ts";
import { formatBytes } from "./format-bytes.ts";
import { message } from "./messages.ts";

export type BootStep = "fetch" | "restore" | "prompt";

export interface BootProgress {
  readonly step: BootStep;
  readonly text: string;
  /** Bytes so far, for people; empty when nothing is being fetched. */
  readonly bytes: string;
  /** 0 to 100, undefined when it cannot be known. */
  readonly percent: number | undefined;
}

export function bootProgress(state: MachineState): BootProgress {
  switch (state.phase) {
    case "fetching": {
      const { loadedBytes, totalBytes } = state;
      const loaded = formatBytes(loadedBytes);
      const known = totalBytes !== undefined && totalBytes > 0;
      return {
        step: "fetch",
        text: message("boot.fetching", { what: state.what }),
        bytes: known
          ? message("boot.bytes", { loaded, total: formatBytes(totalBytes) })
          : message("boot.bytesUnknown", { loaded }),
        percent: known ? Math.floor(Math.min(1, Math.max(0, loadedBytes / totalBytes)) * 100) : undefined,
      };
    }
    case "restoring":
      return { step: "restore", text: message("boot.restoring"), bytes: "", percent: 100 };
    case "ready":
      return { step: "prompt", text: message("status.ready"), bytes: "", percent: 100 };
    default:
      return { step: "fetch", text: message("boot.idle"), bytes: "", percent: 0 };
  }
}
