import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chunksOf, concatBytes, streamOf } from "../base/streams.ts";
import { encodeFrame, type Frame, frameDecoder } from "./raw-stream.ts";

async function decode(...chunks: Uint8Array[]): Promise<Frame[]> {
  const frames: Frame[] = [];
  for await (const frame of chunksOf(streamOf(...chunks).pipeThrough(frameDecoder()))) frames.push(frame);
  return frames;
}

const streams = fc.constantFrom("stdin", "stdout", "stderr", "system-error");

describe("frameDecoder()", () => {
  it("reads back what was encoded, cut anywhere", async () => {
    const frame = fc.record({ stream: streams, bytes: fc.uint8Array({ minLength: 1, maxLength: 50 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { maxLength: 5 }), fc.array(fc.nat(300)), async (frames, cuts) => {
        const whole = concatBytes(
          frames.map(({ stream, bytes }) => encodeFrame(stream as Frame["stream"], bytes)),
        );
        const at = [
          0,
          ...cuts.filter((cut) => cut < whole.byteLength).sort((a, b) => a - b),
          whole.byteLength,
        ];
        const decoded = await decode(...at.slice(1).map((end, index) => whole.slice(at[index], end)));
        for (const stream of ["stdin", "stdout", "stderr", "system-error"]) {
          const of = (list: readonly { stream: string; bytes: Uint8Array }[]) =>
            concatBytes(list.filter((each) => each.stream === stream).map(({ bytes }) => bytes));
          expect(of(decoded)).toEqual(of(frames));
        }
      }),
    );
  });

  it("lays frames out as Docker does", () => {
    expect([...encodeFrame("stderr", new Uint8Array([7, 8, 9]))]).toEqual([2, 0, 0, 0, 0, 0, 0, 3, 7, 8, 9]);
  });

  it("rejects other streams, giant frames and a frame cut short", async () => {
    await expect(decode(new Uint8Array([9, 0, 0, 0, 0, 0, 0, 1, 1]))).rejects.toThrow(
      "Unrecognized stream: 9",
    );
    await expect(decode(new Uint8Array([1, 0, 0, 0, 255, 0, 0, 1, 1]))).rejects.toThrow("A frame of");
    await expect(decode(new Uint8Array([1, 0, 0, 0, 0, 0, 0, 9, 1]))).rejects.toThrow(
      "in the middle of a frame",
    );
  });
});
