import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concatBytes, readAll, readText, streamOf } from "../base/streams.ts";
import { injectScript } from "./inject-script.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const inject = (...chunks: string[]) =>
  readText(streamOf(...chunks.map(encode)).pipeThrough(injectScript("<S>")));

describe("injectScript()", () => {
  it.each([
    ["<!doctype html><html><head><title>x</title>", "<!doctype html><html><head><S><title>x</title>"],
    ["<!-- <head> --><HEAD lang=en>x", "<!-- <head> --><HEAD lang=en><S>x"],
    ["<!doctype html>\n<p>no head", "<!doctype html>\n<S><p>no head"],
    ["<html><body>hi", "<html><S><body>hi"],
    ["plain text", "<S>plain text"],
    ["<!doctype html>", "<!doctype html><S>"],
    ["<header>not a head", "<S><header>not a head"],
    ["", "<S>"],
  ])("%j", async (page, expected) => {
    expect(await inject(page)).toBe(expected);
  });

  it("finds the head over the edges of chunks", async () => {
    expect(await inject("<!doc", "type html><he", "ad", "><p>")).toBe("<!doctype html><head><S><p>");
  });

  it("leaves UTF-16 alone", async () => {
    const bytes = new Uint8Array([0xff, 0xfe, 0x3c, 0, 0x70, 0, 0x3e, 0]);
    expect(await readAll(streamOf(bytes).pipeThrough(injectScript("<S>")))).toEqual(bytes);
  });

  it("adds the script once or not at all, and changes nothing else, however the bytes are cut", async () => {
    const chunk = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.constantFrom("<head>", "<he", "ad>", "<!--", "-->", "<p>").map(encode),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(chunk, { maxLength: 12 }), async (chunks) => {
        const whole = concatBytes(chunks);
        const result = await readAll(streamOf(...chunks).pipeThrough(injectScript("\u0001S")));
        const at = result.findIndex((_, index) => index >= whole.length || result[index] !== whole[index]);
        const without =
          result.length === whole.length
            ? result
            : concatBytes([result.subarray(0, at), result.subarray(at + 2)]);
        expect([...without]).toEqual([...whole]);
      }),
    );
  });
});
