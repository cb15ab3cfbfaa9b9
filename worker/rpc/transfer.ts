// How values cross comlink, on both sides: thrown errors keep their code, ports move instead of being cloned (which
// throws), callbacks become proxies and a response's body moves as the stream that it is.

import { proxy, type TransferHandler, transferHandlers } from "comlink";
import type { EngineErrorCode } from "../base/errors.ts";
import { RemoteError, type RemoteErrorFields } from "./remote-error.ts";

const CODES: Readonly<Record<EngineErrorCode, true>> = {
  "invalid-argument": true,
  unauthorized: true,
  forbidden: true,
  "not-found": true,
  "not-modified": true,
  conflict: true,
  "not-implemented": true,
  unavailable: true,
  corrupt: true,
  "out-of-space": true,
  cancelled: true,
  internal: true,
};

/** Call once in the page and once in the worker, before the first call or `expose()`. Further calls change nothing. */
export function installTransferHandlers(): void {
  if (transferHandlers.get("throw") === throwHandler) return;
  const standard = transferHandlers.get("throw");
  if (standard === undefined) throw new Error("comlink has no handler for thrown values");
  throwHandler.canHandle = standard.canHandle as typeof throwHandler.canHandle;
  transferHandlers.set("throw", throwHandler);
  transferHandlers.set("port", portHandler);
  transferHandlers.set("body", bodyHandler);
  const functions = transferHandlers.get("proxy") as TransferHandler<object, MessagePort> | undefined;
  if (functions === undefined) throw new Error("comlink has no handler for proxies");
  transferHandlers.set("callback", {
    canHandle: (value): value is object => typeof value === "function",
    serialize: (value) => functions.serialize(proxy(value)),
    deserialize: (port) => functions.deserialize(port),
  } satisfies TransferHandler<object, MessagePort>);
}

/** The plain fields of anything thrown. What carries no known code is `internal`. */
export function remoteErrorFields(thrown: unknown): RemoteErrorFields {
  if (!(thrown instanceof Error)) return { code: "internal", message: String(thrown) };
  const code = "code" in thrown && isCode(thrown.code) ? thrown.code : "internal";
  return {
    code,
    message: thrown.message,
    ...(thrown.stack === undefined ? {} : { remoteStack: thrown.stack }),
  };
}

const throwHandler: TransferHandler<{ value: unknown }, RemoteErrorFields> = {
  // Comlink marks a thrown value with a symbol that it does not export: its own test is taken over on installation.
  canHandle: (_value): _value is { value: unknown } => false,
  serialize: ({ value }) => [remoteErrorFields(value), []],
  deserialize: (fields) => {
    throw new RemoteError(fields);
  },
};

const portHandler: TransferHandler<MessagePort, MessagePort> = {
  canHandle: (value): value is MessagePort => value instanceof MessagePort,
  serialize: (port) => [port, [port]],
  deserialize: (port) => port,
};

type WithBody = { readonly body: ReadableStream<Uint8Array> };

const bodyHandler: TransferHandler<WithBody, WithBody> = {
  canHandle: (value): value is WithBody =>
    typeof value === "object" && value !== null && "body" in value && value.body instanceof ReadableStream,
  serialize: (value) => [value, [value.body]],
  deserialize: (value) => value,
};

function isCode(value: unknown): value is EngineErrorCode {
  return typeof value === "string" && Object.hasOwn(CODES, value);
}
