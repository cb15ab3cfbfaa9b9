import { describe, expect, it } from "vitest";
import { enlargeTerminalBlocks } from "./terminal-blocks.ts";

/** devpts_fill_super() of Debian's linux-image 6.1 for the 686, in part. */
const CODE = "836334fbc7431000040000c6430c0aa178fabbccc74338d11c0000c74320e0e693cc";
const CHANGED = "836334fbc7431000200000c6430c0da178fabbccc74338d11c0000c74320e0e693cc";

function memoryWith(places: readonly (readonly [number, string])[]): Uint8Array {
  const memory = new Uint8Array(1000);
  for (const [at, code] of places) memory.set(Buffer.from(code, "hex"), at);
  return memory;
}

describe("enlargeTerminalBlocks()", () => {
  it.each([0, 500, 1000 - CODE.length / 2])("changes the two values and nothing else (at %i)", (at) => {
    const memory = memoryWith([[at, CODE]]);
    expect(enlargeTerminalBlocks(memory)).toEqual({ start: at + 7, end: at + 15 });
    expect(memory).toEqual(memoryWith([[at, CHANGED]]));
  });

  it("finds them in another order, by another register", () => {
    const memory = memoryWith([[100, "c74638d11c0000c6460c0a90c7461000040000"]]);
    expect(enlargeTerminalBlocks(memory)).toEqual({ start: 110, end: 119 });
    expect(memory).toEqual(memoryWith([[100, "c74638d11c0000c6460c0d90c7461000200000"]]));
  });

  it("works in a part of a buffer", () => {
    const memory = memoryWith([[500, CODE]]);
    expect(enlargeTerminalBlocks(memory.subarray(300, 700))).toEqual({ start: 207, end: 215 });
    expect(memory).toEqual(memoryWith([[500, CHANGED]]));
  });

  it.each([
    ["without the code", []],
    [
      "with the code twice",
      [
        [100, CODE],
        [500, CODE],
      ],
    ],
    ["with values of another register", [[100, CODE.replace("c6430c", "c6460c")]]],
    ["with other values", [[100, CODE.replace("00040000", "00100000")]]],
    ["with values far away", [[100, `c7431000040000c6430c0a${"90".repeat(40)}c74338d11c0000`]]],
  ] as const)("leaves memory alone that is %s", (_, places) => {
    const memory = memoryWith(places);
    expect(enlargeTerminalBlocks(memory)).toBeUndefined();
    expect(memory).toEqual(memoryWith(places));
  });
});
