// Where a sandbox in a browser keeps its state: the browser's own files when this tab may have them, else memory.

import type { StorageChoice, StorageStatus } from "./rpc/protocol.ts";
import type { FileArea } from "./store/byte-file.ts";
import { MemoryArea } from "./store/memory-area.ts";
import { claimStorage, type HeldStorage, removeStorage } from "./store/storage-claim.ts";

export interface OpenedStorage {
  readonly files: FileArea;
  readonly status: StorageStatus;
  /** Whether `files` may grow by so many bytes. */
  readonly hasRoom: (bytes: number) => Promise<boolean>;
}

export class BrowserStorage {
  readonly #onWanted: () => void;
  readonly #onLost: () => void;
  #name: string | undefined;
  #held: HeldStorage | undefined;

  /** `onWanted`: another tab asks for it; end what writes, then release(). `onLost`: another tab has it. */
  constructor(onWanted: () => void, onLost: () => void) {
    this.#onWanted = onWanted;
    this.#onLost = onLost;
  }

  /** `held`: another tab has it. Files that an earlier owner in this tab left open are closed. Never rejects. */
  async open(choice: StorageChoice, name?: string): Promise<OpenedStorage | "held"> {
    this.#name = name;
    if (choice === "memory") {
      this.release();
      return inMemory({ kind: "memory", why: "asked", reason: "" });
    }
    if (this.#held === undefined) {
      const claim = await claimStorage({
        name,
        takeOver: choice === "take-over",
        onWanted: this.#onWanted,
        onLost: () => {
          this.#held?.area.closeAll();
          this.#held = undefined;
          this.#onLost();
        },
      });
      if (claim.kind === "held") return "held";
      if (claim.kind === "blocked") return inMemory({ kind: "memory", why: "blocked", reason: claim.reason });
      this.#held = claim;
    }
    const { area, hasRoom } = this.#held;
    area.closeAll();
    return { files: area, status: { kind: "kept" }, hasRoom };
  }

  /** Nothing may write any more. */
  release(): void {
    this.#held?.area.closeAll();
    this.#held?.release();
    this.#held = undefined;
  }

  /** Rejects with EngineError("conflict") when another tab has it. */
  async forget(): Promise<void> {
    this.release();
    await removeStorage(this.#name);
  }
}

function inMemory(status: StorageStatus): OpenedStorage {
  return { files: new MemoryArea(), status, hasRoom: async () => true };
}
