// Prints the frame table as the C header that the agent and the shim include.

import {
  CALLER_FLAGS,
  CHANNELS,
  CONTROL_VERBS,
  DNS_PEERS,
  FRAME_TYPES,
  GUEST_BUFFER_BYTES,
  GUEST_CREDIT_BYTES,
  HEADER_BYTES,
  MAX_MESSAGE_BYTES,
  MAX_PAYLOAD_BYTES,
  OPERATIONS,
  PROTOCOL_VERSION,
  SPAWN_FLAGS,
  STREAM_KINDS,
  WORKER_CREDIT_BYTES,
} from "./frames.ts";

/** The text of `frames.h`. */
export function framesHeader(): string {
  const tables = {
    FRAME: FRAME_TYPES,
    CHANNEL: CHANNELS,
    KIND: STREAM_KINDS,
    SPAWN: SPAWN_FLAGS,
    CALLER: CALLER_FLAGS,
    CONTROL: CONTROL_VERBS,
    DNS: DNS_PEERS,
    OP: OPERATIONS,
    WIRE: {
      PROTOCOL_VERSION,
      HEADER_BYTES,
      MAX_PAYLOAD_BYTES,
      GUEST_BUFFER_BYTES,
      WORKER_CREDIT_BYTES,
      GUEST_CREDIT_BYTES,
      MAX_MESSAGE_BYTES,
    },
  };
  const lines = ["/* Printed from worker/guest/frames.ts: do not edit. */", "#pragma once", ""];
  for (const [prefix, table] of Object.entries(tables)) {
    for (const [name, value] of Object.entries(table)) lines.push(`#define ${prefix}_${name} ${value}`);
    lines.push("");
  }
  return lines.join("\n");
}
