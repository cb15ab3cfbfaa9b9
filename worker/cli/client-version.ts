// Which Docker command line this one behaves as.

import { API_VERSION } from "./api-client.ts";

const VERSION = "28.2.2";

export const CLIENT_VERSION_LINE = `Docker version ${VERSION}, build slipway`;

/** As `docker version` tells of the client. */
export const CLIENT_INFO = {
  Version: VERSION,
  ApiVersion: API_VERSION,
  DefaultAPIVersion: API_VERSION,
  GitCommit: "slipway",
  GoVersion: "none",
  Os: "linux",
  Arch: "386",
  BuildTime: "",
  Context: "default",
} as const;
