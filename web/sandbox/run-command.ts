// What runs command lines in the guest.

import type { GuestCommand } from "../../worker/rpc/protocol.ts";
import type { GuestRun } from "../app/sandbox-client.ts";

export type RunCommand = (command: GuestCommand, signal?: AbortSignal) => GuestRun;
