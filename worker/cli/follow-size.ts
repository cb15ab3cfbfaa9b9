// The container's terminal gets the size of the caller's, now and at every change.

import type { Dispose } from "../base/disposables.ts";
import type { ApiClient } from "./api-client.ts";
import type { CliSession, TerminalSize } from "./session.ts";

/** `path`: `/containers/ID/resize` or `/exec/ID/resize`. Resolves once the first size is set or refused. */
export async function followSize(session: CliSession, api: ApiClient, path: string): Promise<Dispose> {
  const resize = ({ columns, rows }: TerminalSize) =>
    columns > 0 && rows > 0
      ? api.send("POST", path, { query: { h: rows, w: columns } }).catch(() => {})
      : Promise.resolve();
  const dispose = session.onResize((size) => {
    void resize(size);
  });
  const size = session.terminalSize();
  if (size !== undefined) await resize(size);
  return dispose;
}
