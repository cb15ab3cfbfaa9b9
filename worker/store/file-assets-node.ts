// Assets in a folder, for Node.

import { open } from "node:fs/promises";
import { join } from "node:path";
import type { AssetReader } from "./asset-reader.ts";
import { checkFileName } from "./file-name.ts";

export class FileAssets implements AssetReader {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async read(name: string, offset: number, lengthBytes: number): Promise<Uint8Array> {
    const file = await open(join(this.#directory, checkFileName(name)));
    try {
      const bytes = new Uint8Array(lengthBytes);
      for (let done = 0; done < lengthBytes; ) {
        const { bytesRead } = await file.read(bytes, done, lengthBytes - done, offset + done);
        if (bytesRead === 0) throw new Error(`${name} has fewer than ${offset + lengthBytes} bytes`);
        done += bytesRead;
      }
      return bytes;
    } finally {
      await file.close();
    }
  }
}
