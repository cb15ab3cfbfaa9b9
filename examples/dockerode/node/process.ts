// Node's globals `process`, `Buffer` and `global`, which the libraries expect.

import { Buffer } from "buffer/";

Object.assign(globalThis, {
  Buffer,
  global: globalThis,
  process: {
    env: {},
    platform: "browser",
    browser: true,
    version: "",
    nextTick: (call: (...values: unknown[]) => void, ...values: unknown[]) =>
      queueMicrotask(() => call(...values)),
  },
});
