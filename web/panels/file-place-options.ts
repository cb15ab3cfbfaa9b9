// What files can be looked at: containers, those that run first since they are looked into most, and volumes; as the options of a select.

import type { WireContainerSummary, WireVolume } from "../../worker/rpc/docker-wire.ts";
import { element } from "../app/element.ts";
import { message } from "../app/messages.ts";
import { HELPER_LABEL, VOLUME_PREFIX } from "./container-place.ts";
import { containerName } from "./container-texts.ts";

/** Their values are what `openFilePlace()` takes. Empty when there is nothing to look at. */
export function filePlaceOptions(
  containers: readonly WireContainerSummary[],
  volumes: readonly WireVolume[],
): HTMLOptGroupElement[] {
  const names = containers
    .filter(({ Labels }) => Labels[HELPER_LABEL] === undefined)
    .toSorted((one, other) => Number(other.State === "running") - Number(one.State === "running"))
    .map(containerName);
  return [
    ...group(
      message("panels.containers"),
      names.map((name) => [name, name]),
    ),
    ...group(
      message("panels.volumes"),
      volumes.map(({ Name }) => [`${VOLUME_PREFIX}${Name}`, Name]),
    ),
  ];
}

function group(label: string, entries: readonly (readonly [string, string])[]): HTMLOptGroupElement[] {
  if (entries.length === 0) return [];
  const options = entries.map(([value, text]) => element("option", { value }, text));
  return [element("optgroup", { label }, ...options)];
}
