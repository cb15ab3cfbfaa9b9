// What the worker needs of the outside, declared here by the side that uses it; platform-browser.ts and platform-node.ts implement it.

import type { ByteConnection, ByteDuplex } from "./base/streams.ts";
import type { FetchFile } from "./engine/images/image-context.ts";
import type { HostPorts } from "./engine/networks/host-ports.ts";
import type { JitPolicy } from "./machine/jit-governor.ts";
import type { OutsideAccess } from "./outside/outside-access.ts";
import type { FileArea } from "./store/byte-file.ts";

/**
 * Hears the bytes of an asset as they come, in order, before anyone has checked them. `offset` 0 again: what came so far was a damaged copy, and
 * everything comes anew.
 */
export type OnAssetPart = (part: Uint8Array<ArrayBuffer>, offset: number) => void;

export interface Assets {
  /** A whole file of the assets folder, by its name. Rejects with EngineError("not-found" | "unavailable"). */
  readAsset(name: string, onPart?: OnAssetPart): Promise<Uint8Array<ArrayBuffer>>;
}

export interface Platform extends Assets {
  /** Files of web servers, for `docker import` and `docker pull`; the global fetch by default. */
  readonly fetch?: FetchFile;
  /** What programs of the machine reach outside of it; without it there is no way out. */
  readonly outside?: OutsideAccess | undefined;
  /** Where the data disk, blobs and records live. */
  readonly files: FileArea;
  /** Whether `files` may grow by so many bytes; without it, by as many as anyone likes. */
  hasRoom?(bytes: number): Promise<boolean>;
  readonly jit: JitPolicy;
  randomBytes(count: number): Uint8Array<ArrayBuffer>;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Published ports are opened on the computer around the machine too, on `address` where a client names none. */
  readonly publish?: {
    readonly address: string;
    ports(connect: (address: string, port: number) => Promise<ByteConnection>): HostPorts;
  };
  /**
   * Connects to an engine outside of the machine, for `docker -H` in the guest: only to one that whoever started the sandbox named, else
   * it rejects with EngineError("forbidden"). Without it none can be reached.
   */
  connectEngine?(
    to:
      | { readonly kind: "unix"; readonly path: string }
      | { readonly kind: "tcp"; readonly host: string; readonly port: number },
  ): Promise<ByteDuplex>;
}
