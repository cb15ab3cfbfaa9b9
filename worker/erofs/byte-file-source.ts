// A ByteFile as the source of a layer.

import { EngineError } from "../base/errors.ts";
import type { ByteFile } from "../store/byte-file.ts";
import type { LayerSource } from "../store/layer-source.ts";

/** Reads what the file holds now; the caller keeps it open. */
export function byteFileSource(file: ByteFile): Required<LayerSource> {
  const readNow = (offset: number, lengthBytes: number): Uint8Array => {
    const bytes = new Uint8Array(lengthBytes);
    if (file.readAt(offset, bytes) < lengthBytes) throw new EngineError("corrupt", "The image is cut off");
    return bytes;
  };
  return {
    get sizeBytes() {
      return file.sizeBytes;
    },
    readNow,
    read: async (offset, lengthBytes) => readNow(offset, lengthBytes),
  };
}
