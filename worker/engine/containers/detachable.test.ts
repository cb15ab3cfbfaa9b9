import { describe, expect, it } from "vitest";
import { duplexPair, readText } from "../../base/streams.ts";
import { checkDetachKeys, detachable } from "./detachable.ts";
import type { OutputChunk } from "./output-fan.ts";

function attachment(tty: boolean) {
  const [inside, outside] = duplexPair();
  const output = new TransformStream<OutputChunk, OutputChunk>();
  return { inside, output, ends: { tty, output: output.readable, stdin: outside.writable } };
}

const bytes = (text: string) => new TextEncoder().encode(text);

describe("detachable()", () => {
  it("ends the output and passes nothing more on once the keys are typed", async () => {
    let detached = 0;
    const { inside, ends } = attachment(true);
    const { output, stdin } = detachable(ends, checkDetachKeys("ctrl-x,q"), () => detached++);
    const reading = output.getReader().read();
    const typed = inside.readable.getReader();
    const writer = stdin!.getWriter();
    const written = writer.write(bytes("a"));
    expect((await typed.read()).value).toEqual(bytes("a"));
    await written;
    await writer.write(bytes("\x18"));
    await writer.write(bytes("q more"));
    expect((await reading).done).toBe(true);
    expect(detached).toBe(1);
    await writer.write(bytes("ignored"));
    await writer.close();
  });

  it("leaves streams without a terminal alone", async () => {
    const { inside, ends } = attachment(false);
    const plain = detachable(ends, checkDetachKeys(""), () => {});
    const writer = plain.stdin!.getWriter();
    const text = readText(inside.readable);
    void writer.write(bytes("\x10\x11"));
    await writer.close();
    expect(await text).toBe("\x10\x11");
  });
});

describe("checkDetachKeys()", () => {
  it("refuses in Docker's words", () => {
    expect(() => checkDetachKeys("ctrl-1")).toThrow("Invalid detach keys (ctrl-1) provided");
  });
});
