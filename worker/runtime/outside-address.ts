// Where the way out of the machine is inside of it: a bridge without ports that has the default route and the addresses which names of the
// outside stand for (198.18.0.0/15, which RFC 2544 keeps out of the internet), with a name server and the agent's listener on its first one.

export const OUTSIDE = {
  bridge: "outside0",
  address: "198.18.0.1",
  prefixLength: 15,
  network: "198.18.0.0/15",
  /** Of the agent's listener. */
  port: 1,
} as const;
