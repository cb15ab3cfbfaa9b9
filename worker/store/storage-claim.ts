// Who may write what this browser keeps: one tab at a time, by a Web Lock that the worker holds as long as it lives. Whoever wants the
// storage asks the holder over a BroadcastChannel; a holder that answers is told apart from a tab that is just going away.

import { EngineError, messageOf } from "../base/errors.ts";
import type { ByteFile } from "./byte-file.ts";
import { OpfsArea } from "./opfs-area.ts";
import { hasRoom } from "./opfs-room.ts";

const APPLICATION = "slipway";
/** A holder answers in milliseconds; one that is busy restoring takes longer. A tab that is being reloaded lets go within this time. */
const ANSWER_MS = 3_000;
/** A holder writes back what its guest holds before it lets go. */
const HAND_OVER_MS = 10_000;
const LEASE_ATTEMPTS = 50;
const LEASE_PAUSE_MS = 100;

type Note = "who" | "here" | "give";

export interface HeldStorage {
  readonly kind: "kept";
  readonly area: OpfsArea;
  /** Whether it may grow by so many bytes. */
  readonly hasRoom: (bytes: number) => Promise<boolean>;
  /** Lets another tab have it. Close every file first. */
  release(): void;
}

export type StorageClaim =
  | HeldStorage
  /** Another tab has it. */
  | { readonly kind: "held" }
  /** This browser keeps nothing for this page: why, in its own words. */
  | { readonly kind: "blocked"; readonly reason: string };

export interface ClaimOptions {
  /** Each name is a storage of its own; the application's when left out. */
  readonly name?: string | undefined;
  /** Makes another tab give it up. */
  readonly takeOver: boolean;
  /** Another tab wants the storage: end everything that writes, then release. */
  readonly onWanted: () => void;
  /** The lock is gone without having been released. */
  readonly onLost: () => void;
}

function folderOf(name: string | undefined): string {
  if (name === undefined) return APPLICATION;
  if (!/^[a-z0-9_-]{1,64}$/.test(name))
    throw new EngineError("invalid-argument", `${JSON.stringify(name)} is no name for a storage`);
  return `${APPLICATION}-${name}`;
}

/** Never rejects. */
export async function claimStorage(options: ClaimOptions): Promise<StorageClaim> {
  const missing = missingFeature();
  if (missing !== undefined) return { kind: "blocked", reason: `${missing} is not available here` };
  try {
    const folder = folderOf(options.name);
    const root = () => storageFolder(folder);
    const release = await acquire(`${folder}-storage`, options);
    if (release === undefined) return { kind: "held" };
    try {
      const lease = await openLease(root);
      return {
        kind: "kept",
        area: new OpfsArea(root),
        hasRoom: async (bytes) => hasRoom(await root(), bytes),
        release: () => {
          lease.close();
          release();
        },
      };
    } catch (error) {
      release();
      throw error;
    }
  } catch (error) {
    return { kind: "blocked", reason: messageOf(error) };
  }
}

/** Removes everything kept. Rejects with EngineError("conflict") while a file of it is open. */
export async function removeStorage(name?: string): Promise<void> {
  try {
    await (await navigator.storage.getDirectory()).removeEntry(folderOf(name), { recursive: true });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "NotFoundError") return;
    throw new EngineError("conflict", "What is kept is in use by another tab", { cause });
  }
}

async function storageFolder(name: string): Promise<FileSystemDirectoryHandle> {
  return (await navigator.storage.getDirectory()).getDirectoryHandle(name, { create: true });
}

function missingFeature(): string | undefined {
  if (typeof navigator.locks?.request !== "function") return "navigator.locks";
  if (typeof navigator.storage?.getDirectory !== "function") return "navigator.storage";
  if (typeof FileSystemFileHandle.prototype.createSyncAccessHandle !== "function")
    return "createSyncAccessHandle";
  return undefined;
}

/**
 * A file that stays open as long as the storage is ours: writing to it is what fails where storage is full or forbidden, and a tab
 * that died without releasing keeps it locked until its other files are closed, too.
 */
async function openLease(root: () => Promise<FileSystemDirectoryHandle>): Promise<ByteFile> {
  const area = new OpfsArea(root);
  for (let attempt = 0; ; attempt++) {
    try {
      const lease = await area.open("lease", { create: true });
      lease!.writeAt(0, new Uint8Array([1]));
      lease!.flush();
      return lease!;
    } catch (error) {
      const inUse = error instanceof EngineError && error.code === "conflict";
      if (!inUse || attempt === LEASE_ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, LEASE_PAUSE_MS));
    }
  }
}

/** What lets go of the lock; undefined when another tab keeps it. */
async function acquire(
  lock: string,
  { takeOver, onWanted, onLost }: ClaimOptions,
): Promise<(() => void) | undefined> {
  const channel = new BroadcastChannel(lock);
  const say = (note: Note) => channel.postMessage(note);
  const hold = (options: LockOptions) => requestLock(lock, options, onLost);
  const holds = (release: () => void) => {
    channel.onmessage = ({ data }: MessageEvent<Note>) => {
      if (data === "who") say("here");
      else if (data === "give") onWanted();
    };
    return () => {
      channel.close();
      release();
    };
  };
  const patience = new AbortController();
  channel.onmessage = ({ data }: MessageEvent<Note>) => {
    if (data === "here" && !takeOver) patience.abort();
  };
  say(takeOver ? "give" : "who");
  const timer = setTimeout(() => patience.abort(), takeOver ? HAND_OVER_MS : ANSWER_MS);
  const release = await Promise.race([hold({ signal: patience.signal }), aborted(patience.signal)]);
  clearTimeout(timer);
  if (release !== undefined) return holds(release);
  if (takeOver) return holds((await hold({ steal: true }))!);
  channel.close();
  return undefined;
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(undefined), { once: true }));
}

/** Undefined when the signal came first; a lock that is granted after it is let go at once. */
function requestLock(
  lock: string,
  options: LockOptions,
  onLost: () => void,
): Promise<(() => void) | undefined> {
  return new Promise((resolve, reject) => {
    let granted = false;
    const whenReleased = (release: () => void) => {
      if (options.signal?.aborted) {
        release();
        return;
      }
      granted = true;
      resolve(release);
    };
    navigator.locks
      .request(lock, options, () => new Promise<void>((release) => whenReleased(release)))
      .catch((error: unknown) => {
        if (granted) onLost();
        else if (options.signal?.aborted) resolve(undefined);
        else reject(error);
      });
  });
}
