import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileDeviceRules } from "./device-filter.ts";

interface Question {
  readonly type: "b" | "c";
  readonly major: number;
  readonly minor: number;
  /** Letters of rwm. */
  readonly access: string;
}

const ACCESS: Readonly<Record<string, number>> = { m: 1, r: 2, w: 4 };
const maskOf = (access: string) => [...access].reduce((mask, letter) => mask | ACCESS[letter]!, 0);

/** Runs the program as the kernel does: the few instructions it is made of. */
function run(program: Uint8Array, { type, major, minor, access }: Question): boolean {
  const view = new DataView(program.buffer);
  const context = [(maskOf(access) << 16) | (type === "b" ? 1 : 2), major, minor];
  const registers = new Array<number>(11).fill(0);
  for (let at = 0; at < program.byteLength / 8; at++) {
    const code = view.getUint8(at * 8);
    const to = view.getUint8(at * 8 + 1) & 15;
    const from = view.getUint8(at * 8 + 1) >> 4;
    const offset = view.getInt16(at * 8 + 2, true);
    const value = view.getInt32(at * 8 + 4, true);
    if (code === 0x61) registers[to] = context[offset / 4]!;
    else if (code === 0xbc) registers[to] = registers[from]!;
    else if (code === 0x54) registers[to]! &= value;
    else if (code === 0x74) registers[to]! >>>= value;
    else if (code === 0x55) at += registers[to] === value ? 0 : offset;
    else if (code === 0x15) at += registers[to] === value ? offset : 0;
    else if (code === 0xb7) registers[to] = value;
    else if (code === 0x95) return registers[0] === 1;
    else throw new Error(`instruction ${code}`);
  }
  throw new Error("the program runs past its end");
}

type Rule = Parameters<typeof compileDeviceRules>[0][number];

/** The specification's words, rule by rule. */
function expected(rules: readonly Rule[], { type, major, minor, access }: Question): boolean {
  for (const rule of [...rules].reverse()) {
    const wanted = maskOf(access);
    const given = maskOf(rule.access ?? "rwm");
    if (rule.type !== undefined && rule.type !== "a" && rule.type !== type) continue;
    if (rule.major !== undefined && rule.major !== major) continue;
    if (rule.minor !== undefined && rule.minor !== minor) continue;
    if (rule.allow ? (wanted & ~given) !== 0 : (wanted & given) === 0) continue;
    return rule.allow;
  }
  return false;
}

const accessText = fc.subarray(["r", "w", "m"], { minLength: 1 }).map((letters) => letters.join(""));
const rule: fc.Arbitrary<Rule> = fc.record(
  {
    allow: fc.boolean(),
    type: fc.constantFrom("a", "b", "c"),
    major: fc.nat(3),
    minor: fc.nat(3),
    access: accessText,
  },
  { requiredKeys: ["allow"] },
);
const question = fc.record({
  type: fc.constantFrom("b" as const, "c" as const),
  major: fc.nat(4),
  minor: fc.nat(4),
  access: accessText,
});

describe("compileDeviceRules", () => {
  it("decides by the last rule that fits, whatever the rules", () => {
    void fc.assert(
      fc.property(
        fc.array(rule, { maxLength: 12 }),
        fc.array(question, { minLength: 20 }),
        (rules, questions) => {
          const program = compileDeviceRules(rules);
          for (const one of questions) expect(run(program, one)).toBe(expected(rules, one));
        },
      ),
    );
  });

  it("leaves out what could never run, which the kernel would refuse", () => {
    const all = compileDeviceRules([{ allow: false, type: "c", major: 1, minor: 3 }, { allow: true }]);
    expect(all.byteLength).toBe(compileDeviceRules([{ allow: true }]).byteLength);
  });

  it("refuses everything without a rule", () => {
    expect(run(compileDeviceRules([]), { type: "c", major: 1, minor: 3, access: "r" })).toBe(false);
  });
});
