// The panels beside the terminals, in the order of the rail. Their code is fetched when one is first opened.

import type { IconName } from "./icon.ts";

export const PANEL_NAMES = [
  "containers",
  "lxc",
  "images",
  "volumes",
  "networks",
  "files",
  "events",
  "machine",
] as const;

export type PanelName = (typeof PANEL_NAMES)[number];

export const PANEL_ICONS: Readonly<Record<PanelName, IconName>> = {
  containers: "container",
  lxc: "server",
  images: "layers",
  volumes: "disk",
  networks: "network",
  files: "folder",
  events: "pulse",
  machine: "chip",
};

export function isPanelName(text: string): text is PanelName {
  return (PANEL_NAMES as readonly string[]).includes(text);
}
