// The Engine API's JSON for the page, which may import worker/rpc only.

export { type Frame, frameDecoder } from "../api/raw-stream.ts";
export type * from "../api/wire/container-config.ts";
export type * from "../api/wire/container-inspect.ts";
export type * from "../api/wire/container-stats.ts";
export type * from "../api/wire/container-summary.ts";
export type * from "../api/wire/event.ts";
export type * from "../api/wire/exec.ts";
export type * from "../api/wire/image.ts";
export type * from "../api/wire/network.ts";
export type * from "../api/wire/progress.ts";
export type * from "../api/wire/system.ts";
export type * from "../api/wire/volume.ts";
