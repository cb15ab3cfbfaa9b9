// Which Docker command line this one behaves as.

export const CLIENT_VERSION = "28.2.2";
export const CLIENT_COMMIT = "slipway";
export const CLIENT_VERSION_LINE = `Docker version ${CLIENT_VERSION}, build ${CLIENT_COMMIT}`;
