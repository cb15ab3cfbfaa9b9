// What the library says, in one table.

import { messageTable } from "../app/message-table.ts";

const english = {
  "boot.missing":
    "Slipway {version} is not at {address}. Copy its files there with `npx slipway-assets`, anew after every update, or name their folder with baseUrl.",
  "boot.unreachable":
    "{address} cannot be fetched. If it is on another origin, its server has to send Access-Control-Allow-Origin.",
  "boot.policy": "This page's Content-Security-Policy forbids it: {directive} blocks {address}.",
  "boot.worker":
    "{reason} If this page has a Content-Security-Policy, its worker-src must allow blob: and {origin}.",
  "boot.relay": "The address of a relay begins with wss:// or ws://, not: {relay}",
  "boot.held": "another tab, or another machine of this page, has what is kept",
  "ended.machine": "The machine has stopped: {reason}",
  "ended.teardown": "The sandbox was torn down.",
  "mount.name": "{name} is not a valid file name",
  "mount.depth": "The tree is nested too deeply",
  "preview.blocked": "A preview cannot be shown: {reason}",
  "process.killed": "killed",
} as const;

export const sandboxMessage = messageTable(english);
