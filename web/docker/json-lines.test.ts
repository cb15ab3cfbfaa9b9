import { describe, expect, it } from "vitest";
import { streamOf } from "../../worker/base/streams.ts";
import { jsonLines } from "./json-lines.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const read = async (...chunks: string[]) => {
  const values: unknown[] = [];
  for await (const value of jsonLines(streamOf(...chunks.map(encode)))) values.push(value);
  return values;
};

describe("jsonLines()", () => {
  it("puts lines together that were cut anywhere", async () => {
    expect(await read('{"a":', '1}\r\n{"b":2', "}\n\n", '{"c":3}')).toEqual([{ a: 1 }, { b: 2 }, { c: 3 }]);
  });

  it("joins a character whose bytes were cut", async () => {
    const bytes = encode('"é"\n');
    const values: unknown[] = [];
    for await (const value of jsonLines(streamOf(bytes.slice(0, 2), bytes.slice(2)))) values.push(value);
    expect(values).toEqual(["é"]);
  });

  it("cancels the stream when the loop is left", async () => {
    let cancelled = false;
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(encode("1\n")),
      cancel() {
        cancelled = true;
      },
    });
    for await (const _ of jsonLines(stream)) break;
    expect(cancelled).toBe(true);
  });

  it("rejects what is not JSON", async () => {
    await expect(read("{\n")).rejects.toThrow(SyntaxError);
  });
});
