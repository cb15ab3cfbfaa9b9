// The layer below every image: what Docker and crun need in each container, where its image has nothing. Without it crun makes them in the
// writable layer, with a copy of the image's /etc.

import { MOUNT_POINT_DIRECTORIES, MOUNT_POINT_FILES, MTAB_LINK } from "../engine/mount-points.ts";
import { OperationBatch } from "../guest/operations.ts";

/** In memory, as nested overlays must not lie on the machine's own. */
export const MOUNT_POINTS_LAYER = "/run/slipway/mount-points";

/** Makes the layer, anew where it is. */
export function mountPointsLayer(): OperationBatch {
  const batch = new OperationBatch().removeTree(MOUNT_POINTS_LAYER);
  for (const path of MOUNT_POINT_DIRECTORIES) batch.makeDirectory(`${MOUNT_POINTS_LAYER}/${path}`);
  for (const path of MOUNT_POINT_FILES) batch.write(`${MOUNT_POINTS_LAYER}/${path}`, "", 0o755);
  return batch.symlink(MTAB_LINK.target, `${MOUNT_POINTS_LAYER}/${MTAB_LINK.path}`);
}
