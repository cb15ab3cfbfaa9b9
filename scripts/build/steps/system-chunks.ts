// Step "system-chunks": the system's image in compressed chunks, as the layer disk fetches them. Output: manifest.json and *.bin.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { NodeFileArea } from "../../../worker/store/file-area-node.ts";
import { packChunks } from "../../../worker/store/pack-chunks.ts";
import type { BuildStep } from "../build-step.ts";
import { systemStep } from "./system.ts";

export const systemChunksStep: BuildStep = {
  name: "system-chunks",
  title: "the system's image in chunks",
  dependsOn: [systemStep],
  separate: true,
  async inputs({ hashFiles }) {
    return { code: await hashFiles("scripts/build/steps/system-chunks.ts", "worker/store/pack-chunks.ts") };
  },
  async run({ outputDir, output }) {
    const image = await new NodeFileArea(output(systemStep)).open("system.erofs");
    if (!image) throw new Error("the step system made no image");
    try {
      const manifest = await packChunks(image, (file, bytes) => writeFile(join(outputDir, file), bytes), {
        name: "system",
        // Small files: what the first prompt needs of the image are a few pages here and there.
        groupBytes: 131_072,
      });
      await writeFile(join(outputDir, "manifest.json"), JSON.stringify(manifest));
    } finally {
      image.close();
    }
  },
};
