// Which platform of an image a client means. The store keeps one platform of each image, so another one is not there, in the words
// of Docker's own store without containerd (moby, "daemon/images", GetImage; "server/httputils", DecodePlatform).

import { EngineError, messageOf } from "../../base/errors.ts";
import type { EngineContext } from "../../engine/engine-context.ts";
import { type Platform, parsePlatformText, platformText, runsOn } from "../../oci/platform.ts";
import { JsonFields } from "../json-fields.ts";

/** `linux/386`, of the query of POST /containers/create; undefined for none. Throws EngineError("invalid-argument"). */
export function readPlatformText(text: string): Platform | undefined {
  return text === "" ? undefined : parsePlatformText(text);
}

/** `{"os":"linux","architecture":"386"}`; undefined for none. Throws EngineError("invalid-argument"). */
export function readPlatformJson(text: string): Platform | undefined {
  if (text === "") return undefined;
  const fields = platformFields(text);
  const os = fields.text("os");
  const architecture = fields.text("architecture");
  const variant = fields.text("variant");
  const refuse = (message: string) => new EngineError("invalid-argument", message);
  if (os === "" && architecture === "" && variant !== "")
    throw refuse("optional platform fields provided, but OS and Architecture are missing");
  if (os === "" || architecture === "") throw refuse("both OS and Architecture must be provided");
  return { os, architecture, variant };
}

function platformFields(text: string): JsonFields {
  try {
    return new JsonFields(JSON.parse(text));
  } catch (cause) {
    throw new EngineError("invalid-argument", `failed to parse platform: ${messageOf(cause)}`, { cause });
  }
}

/** Rejects with EngineError("not-found") when the image is for another platform, or is not there. */
export async function requirePlatform(
  { images }: EngineContext,
  reference: string,
  wanted: Platform | undefined,
): Promise<void> {
  if (wanted === undefined) return;
  const { os, architecture } = await images.inspect(reference);
  const actual = { os, architecture, variant: "" };
  if (!runsOn(wanted, actual))
    throw new EngineError(
      "not-found",
      `image with reference ${reference} was found but its platform (${platformText(actual)}) does not match the specified platform (${platformText(wanted)})`,
    );
}
