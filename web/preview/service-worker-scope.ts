// The part of a service worker's global scope that ours use; the page's library of types has no service workers.

export interface WorkerClient {
  readonly id: string;
  readonly url: string;
  readonly frameType: "auxiliary" | "top-level" | "nested" | "none";
  postMessage(message: unknown, transfer?: Transferable[]): void;
}

export interface LifeEvent extends Event {
  waitUntil(promise: Promise<unknown>): void;
}

export interface RequestEvent extends LifeEvent {
  readonly request: Request;
  readonly clientId: string;
  respondWith(response: Response | Promise<Response>): void;
}

export interface ServiceWorkerScope {
  readonly location: Location;
  readonly registration: ServiceWorkerRegistration;
  readonly clients: {
    matchAll(options?: { type?: "window"; includeUncontrolled?: boolean }): Promise<readonly WorkerClient[]>;
    claim(): Promise<void>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(type: "install" | "activate", listener: (event: LifeEvent) => void): void;
  addEventListener(type: "fetch", listener: (event: RequestEvent) => void): void;
  addEventListener(
    type: "message",
    listener: (event: MessageEvent & { readonly source: WorkerClient | null }) => void,
  ): void;
}

/** The global scope, in a script that is a service worker. */
export const serviceWorker = globalThis as unknown as ServiceWorkerScope;
