// Ports of the computer that the machine runs on: where there are any to be had (in Node), a published port is opened there too.

export interface PortTarget {
  /** IPv4 in the machine. */
  readonly address: string;
  readonly port: number;
}

export interface HostPorts {
  /**
   * Listens, and passes each connection on to what `target` says then, until the function that it resolves to is called. Rejects with
   * EngineError: "conflict" when another program has the port.
   */
  open(
    listen: { readonly protocol: string; readonly address: string; readonly port: number },
    target: () => PortTarget | undefined,
  ): Promise<() => void>;
}
