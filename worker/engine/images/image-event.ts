// What `docker events` says of images: the actor is the image, or the name pulled, with the image's labels and a name.

import type { ImageContext } from "./image-context.ts";
import type { StoredImage } from "./image-record.ts";

export type ImageAction = "load" | "pull" | "save" | "import" | "tag" | "untag" | "delete";

export function emitImageEvent(
  context: ImageContext,
  action: ImageAction,
  image: StoredImage,
  name: string,
  actor: string = image.id,
): void {
  context.events.emit("image", action, actor, { ...image.config.run.labels, name });
}
