// Under which name the browser keeps the machine's and the images' files: the worker writes there, the service worker tidies up.

export const ASSET_CACHE = "slipway-assets";
