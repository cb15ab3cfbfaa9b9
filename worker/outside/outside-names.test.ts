import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AskNameServer } from "../engine/container-runtime.ts";
import { OutsideNames } from "./outside-names.ts";

const ask: AskNameServer = () => Promise.reject(new Error("nobody to ask"));

function question(name: string, type = 1): Uint8Array {
  const labels = name.split(".").flatMap((label) => [label.length, ...new TextEncoder().encode(label)]);
  return Uint8Array.of(0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...labels, 0, 0, type, 0, 1);
}

async function lookUp(names: OutsideNames, name: string, type = 1) {
  const answer = (await names.answer(question(name, type), "udp", ask))!;
  const count = answer[7]!;
  return { code: answer[3]! & 15, count, data: count > 0 ? [...answer.subarray(-4)].join(".") : "" };
}

describe("OutsideNames", () => {
  it("gives a name one address, and knows the name by it", async () => {
    const names = new OutsideNames();
    expect(await lookUp(names, "Site.Example.com")).toEqual({ code: 0, count: 1, data: "198.18.1.0" });
    expect(await lookUp(names, "other.example.com")).toEqual({ code: 0, count: 1, data: "198.18.1.1" });
    expect(await lookUp(names, "site.example.com")).toMatchObject({ data: "198.18.1.0" });
    expect(names.nameOf("198.18.1.0")).toBe("site.example.com");
    expect(names.nameOf("198.18.1.2")).toBeUndefined();
    expect(await lookUp(names, "0.1.18.198.in-addr.arpa", 12)).toMatchObject({ code: 0, count: 1 });
  });

  it("has no other records of a name, and no names of one word or of an address that it did not give", async () => {
    const names = new OutsideNames();
    expect(await lookUp(names, "site.example", 28)).toEqual({ code: 0, count: 0, data: "" });
    expect(await lookUp(names, "nobody")).toMatchObject({ code: 3 });
    expect(await lookUp(names, "9.9.9.9.in-addr.arpa", 12)).toMatchObject({ code: 3 });
    expect(await lookUp(names, "a b.example")).toMatchObject({ code: 3 });
  });

  it("forgets the name that was asked for longest ago when there are no addresses left", () => {
    const names = new OutsideNames();
    const first = names.addressOf("first.example");
    names.addressOf("second.example");
    names.addressOf("first.example");
    for (let number = 2; number < 65_024; number++) names.addressOf(`n${number}.example`);
    expect(names.nameOf(first)).toBe("first.example");
    expect(names.addressOf("one.more")).toBe("198.18.1.1");
    expect(names.nameOf("198.18.1.1")).toBe("one.more");
    expect(names.addressOf("first.example")).toBe(first);
  });

  it("answers or drops whatever comes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 80 }), async (bytes) => {
        const answer = await new OutsideNames().answer(bytes, "udp", ask);
        expect(answer === undefined || answer.byteLength >= 12).toBe(true);
      }),
    );
  });
});
