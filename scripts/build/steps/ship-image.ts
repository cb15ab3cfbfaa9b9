// Steps "ship-NAME": an image of the library in the form in which it ships: its own layer in compressed chunks.
// Output: shipped.json (its entry of library.json), files/ (chunk groups and the layer's chunk manifest).
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type ShippedImageEntry, shipImage } from "../../../worker/engine/images/ship-image.ts";
import { NodeFileArea } from "../../../worker/store/file-area-node.ts";
import type { BuildStep } from "../build-step.ts";
import type { ImageRecord } from "./library.ts";

/** `below` is the step that ships the image below. */
export function shipImageStep(name: string, image: BuildStep, below: BuildStep | undefined): BuildStep {
  return {
    name: `ship-${name}`,
    title: `the image ${name} in chunks`,
    dependsOn: below ? [image, below] : [image],
    separate: true,
    async inputs({ hashFiles }) {
      const code = [
        "scripts/build/steps/ship-image.ts",
        "worker/engine/images/ship-image.ts",
        "worker/store/pack-chunks.ts",
      ];
      return { code: await hashFiles(...code) };
    },
    async run({ output, outputDir }) {
      const folder = output(image);
      const record = JSON.parse(await readFile(join(folder, "image.json"), "utf8")) as ImageRecord;
      const shippedBelow =
        below &&
        (JSON.parse(await readFile(join(output(below), "shipped.json"), "utf8")) as ShippedImageEntry);
      const files = join(outputDir, "files");
      await mkdir(files);
      const erofs = await new NodeFileArea(folder).open("layer.erofs");
      if (!erofs) throw new Error(`the image ${name} has no layer`);
      try {
        const entry = await shipImage(
          {
            name,
            tags: record.tags,
            configBytes: Buffer.from(JSON.stringify(record.config)),
            layers: [
              ...(shippedBelow?.layers ?? []).map((shipped) => ({ shipped })),
              { erofs, tarBytes: record.layers.at(-1)!.tarSizeBytes },
            ],
          },
          (file, bytes) => writeFile(join(files, file), bytes),
        );
        await writeFile(join(outputDir, "shipped.json"), JSON.stringify(entry));
      } finally {
        erofs.close();
      }
    },
  };
}
