// The listeners of a sandbox.

export interface SandboxListeners {
  port: (port: number, type: "open" | "close", url: string) => void;
  "server-ready": (port: number, url: string) => void;
  error: (error: { readonly message: string }) => void;
}

export class SandboxEvents {
  readonly #listeners: { [Name in keyof SandboxListeners]: Set<SandboxListeners[Name]> } = {
    port: new Set(),
    "server-ready": new Set(),
    error: new Set(),
  };

  on<Name extends keyof SandboxListeners>(name: Name, listener: SandboxListeners[Name]): () => void {
    const listeners: Set<SandboxListeners[Name]> = this.#listeners[name];
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  emit<Name extends keyof SandboxListeners>(name: Name, ...args: Parameters<SandboxListeners[Name]>): void {
    const listeners = [...this.#listeners[name]] as ((...args: unknown[]) => void)[];
    for (const listener of listeners) listener(...args);
  }

  clear(): void {
    for (const listeners of Object.values(this.#listeners)) listeners.clear();
  }
}
