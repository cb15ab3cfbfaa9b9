// The worker's entry: exposes the sandbox to the page, nothing else.

import { expose } from "comlink";
import { installTransferHandlers } from "./rpc/transfer.ts";
import { SandboxService } from "./sandbox-service.ts";

installTransferHandlers();
expose(new SandboxService());
