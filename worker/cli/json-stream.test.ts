import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { streamOf } from "../base/streams.ts";
import { CliError } from "./cli-error.ts";
import { jsonObjects } from "./json-stream.ts";

async function collect(...chunks: readonly Uint8Array[]): Promise<unknown[]> {
  const objects: unknown[] = [];
  for await (const object of jsonObjects(streamOf(...chunks))) objects.push(object);
  return objects;
}

const encode = (text: string) => new TextEncoder().encode(text);

describe("jsonObjects()", () => {
  it("takes objects with and without anything between, however the chunks are cut", async () => {
    const object = fc.dictionary(fc.string(), fc.jsonValue());
    await fc.assert(
      fc.asyncProperty(
        fc.array(object),
        fc.constantFrom("", "\r\n", " "),
        fc.integer({ min: 1, max: 9 }),
        async (objects, between, size) => {
          const bytes = encode(objects.map((value) => JSON.stringify(value) + between).join(""));
          const chunks = [];
          for (let at = 0; at < bytes.byteLength; at += size) chunks.push(bytes.slice(at, at + size));
          expect(await collect(...chunks)).toEqual(JSON.parse(JSON.stringify(objects)));
        },
      ),
    );
  });

  it.each(['{"a":', '{"a":1}x', "1", '{"a":1}}', '{"a":nope}', '"text"'])("refuses %s", async (text) => {
    await expect(collect(encode(text))).rejects.toBeInstanceOf(CliError);
  });

  it("never fails but with a CliError", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array(), async (bytes) => {
        await collect(bytes).catch((error: unknown) => expect(error).toBeInstanceOf(CliError));
      }),
    );
  });
});
