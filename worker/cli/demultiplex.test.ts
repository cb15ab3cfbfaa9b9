import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concatBytes, streamOf } from "../base/streams.ts";
import { CliError } from "./cli-error.ts";
import { demultiplex } from "./demultiplex.ts";
import { frame } from "./testing/fake-api.ts";
import { TextSink } from "./text-sink.ts";

function sink() {
  const decoder = new TextDecoder();
  const collected = { text: "" };
  const stream = new WritableStream<Uint8Array>({
    write(chunk) {
      collected.text += decoder.decode(chunk, { stream: true });
    },
  });
  return { collected, sink: new TextSink(stream) };
}

describe("demultiplex()", () => {
  it("parts the streams however the frames are cut", async () => {
    const frames = fc.array(fc.tuple(fc.constantFrom(1 as const, 2 as const), fc.string()));
    await fc.assert(
      fc.asyncProperty(frames, fc.integer({ min: 1, max: 20 }), async (list, size) => {
        const bytes = concatBytes(list.map(([stream, text]) => frame(stream, text)));
        const chunks = [];
        for (let at = 0; at < bytes.byteLength; at += size) chunks.push(bytes.slice(at, at + size));
        const out = sink();
        const err = sink();
        await demultiplex(streamOf(...chunks), out.sink, err.sink);
        const expected = (wanted: number) =>
          list
            .filter(([stream]) => stream === wanted)
            .map(([, text]) => text)
            .join("");
        expect([out.collected.text, err.collected.text]).toEqual([expected(1), expected(2)]);
      }),
    );
  });

  it("tells an error that the daemon sends in the stream", async () => {
    const copied = demultiplex(streamOf(frame(1, "a"), frame(3, "gone")), sink().sink, sink().sink);
    await expect(copied).rejects.toThrow("error from daemon in stream: gone");
  });

  it("refuses a stream that ends in a frame", async () => {
    const cut = frame(1, "abc").slice(0, 9);
    await expect(demultiplex(streamOf(cut), sink().sink, sink().sink)).rejects.toThrow("unexpected EOF");
  });

  it("never fails but with a CliError", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array(), async (bytes) => {
        await demultiplex(streamOf(bytes), sink().sink, sink().sink).catch((error: unknown) =>
          expect(error).toBeInstanceOf(CliError),
        );
      }),
    );
  });
});
