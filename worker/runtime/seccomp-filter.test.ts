import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultSeccomp } from "../engine/spec/seccomp-profile.ts";
import { I386_SYSCALLS } from "./i386-syscalls.ts";
import { compileSeccomp } from "./seccomp-filter.ts";

const ALLOW = 0x7fff_0000;
const I386 = 0x4000_0003;

/** A classic BPF machine with the instructions that the compiler uses: the oracle is the meaning of the profile, run here. */
function run(program: Uint8Array, number: number, args: readonly number[] = [], arch = I386): number {
  const view = new DataView(program.buffer);
  const data = new Map([
    [0, number],
    [4, arch],
    ...args.map((value, index): [number, number] => [16 + 8 * index, value >>> 0]),
  ]);
  let accumulator = 0;
  for (let at = 0; ; at++) {
    const code = view.getUint16(at * 8, true);
    const [ifTrue, ifFalse] = [view.getUint8(at * 8 + 2), view.getUint8(at * 8 + 3)];
    const value = view.getUint32(at * 8 + 4, true);
    if (code === 0x06) return value;
    if (code === 0x20) accumulator = data.get(value) ?? 0;
    else if (code === 0x54) accumulator = (accumulator & value) >>> 0;
    else if (code === 0x05) at += value;
    else if (code === 0x15) at += accumulator === value ? ifTrue : ifFalse;
    else if (code === 0x25) at += accumulator > value ? ifTrue : ifFalse;
    else if (code === 0x35) at += accumulator >= value ? ifTrue : ifFalse;
    else throw new Error(`instruction ${code.toString(16)} at ${at}`);
  }
}

describe("compileSeccomp()", () => {
  it("gives every system call of Docker's profile the profile's action", () => {
    const profile = defaultSeccomp([]);
    const program = compileSeccomp(profile)!;
    for (const [name, number] of I386_SYSCALLS) {
      const always = profile.syscalls.find((rule) => rule.names.includes(name) && !rule.args?.length);
      const sometimes = profile.syscalls.some((rule) => rule.names.includes(name) && rule.args?.length);
      const errno = 0x0005_0000 | (always?.errnoRet ?? 0);
      if (always) expect(run(program, number), name).toBe(always.action === "SCMP_ACT_ALLOW" ? ALLOW : errno);
      else if (!sometimes) expect(run(program, number) & 0xffff_0000, name).toBe(0x0005_0000);
    }
  });

  it("answers numbers that no profile names with the default action", () => {
    const program = compileSeccomp(defaultSeccomp([]))!;
    expect(run(program, 100_000) & 0xffff_0000).toBe(0x0005_0000);
  });

  it("kills a program of another architecture", () => {
    expect(run(compileSeccomp(defaultSeccomp([]))!, 1, [], 0xc000_003e)).toBe(0x8000_0000);
  });

  it("compares arguments as the operators say", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("EQ", "NE", "GT", "LE", "GE", "LT"),
        fc.nat(5),
        fc.nat(10),
        fc.nat(10),
        (operator, index, value, actual) => {
          const program = compileSeccomp({
            defaultAction: "SCMP_ACT_ERRNO",
            syscalls: [
              {
                names: ["personality"],
                action: "SCMP_ACT_ALLOW",
                args: [{ index, value, op: `SCMP_CMP_${operator}` }],
              },
            ],
          })!;
          const args = Array.from({ length: 6 }, (_, position) => (position === index ? actual : 99));
          const holds = {
            EQ: actual === value,
            NE: actual !== value,
            GT: actual > value,
            LE: actual <= value,
            GE: actual >= value,
            LT: actual < value,
          }[operator];
          expect(run(program, I386_SYSCALLS.get("personality")!, args)).toBe(holds ? ALLOW : 0x0005_0001);
        },
      ),
    );
  });

  it("takes conditions on one argument as alternatives, on several as one", () => {
    const either = compileSeccomp({
      defaultAction: "SCMP_ACT_KILL",
      syscalls: [
        {
          names: ["socket"],
          action: "SCMP_ACT_ALLOW",
          args: [
            { index: 0, value: 1, op: "SCMP_CMP_EQ" },
            { index: 0, value: 2, op: "SCMP_CMP_EQ" },
          ],
        },
      ],
    })!;
    const both = compileSeccomp({
      defaultAction: "SCMP_ACT_KILL",
      syscalls: [
        {
          names: ["socket"],
          action: "SCMP_ACT_ALLOW",
          args: [
            { index: 0, value: 1, op: "SCMP_CMP_EQ" },
            { index: 1, value: 0xff, valueTwo: 2, op: "SCMP_CMP_MASKED_EQ" },
          ],
        },
      ],
    })!;
    const socket = I386_SYSCALLS.get("socket")!;
    expect([1, 2, 3].map((domain) => run(either, socket, [domain]))).toEqual([ALLOW, ALLOW, 0]);
    expect(run(both, socket, [1, 0x102])).toBe(ALLOW);
    expect(run(both, socket, [1, 0x103])).toBe(0);
    expect(run(both, socket, [2, 0x102])).toBe(0);
  });

  it("decides any mix of rules as the profile says, however long the jumps", () => {
    const names = [...I386_SYSCALLS.keys()];
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom(...names), { maxLength: 200 }), (allowed) => {
        const syscalls = allowed.map((name) => ({
          names: [name],
          action: "SCMP_ACT_ALLOW",
          args: [{ index: 0, value: 7, op: "SCMP_CMP_EQ" }],
        }));
        const program = compileSeccomp({ defaultAction: "SCMP_ACT_ERRNO", defaultErrnoRet: 38, syscalls })!;
        for (const name of names) {
          const number = I386_SYSCALLS.get(name)!;
          expect(run(program, number, [7])).toBe(allowed.includes(name) ? ALLOW : 0x0005_0026);
          expect(run(program, number, [8])).toBe(0x0005_0026);
        }
      }),
      { numRuns: 30 },
    );
  });

  it("leaves to crun what needs a listener", () => {
    expect(compileSeccomp({ defaultAction: "SCMP_ACT_NOTIFY", syscalls: [] })).toBeUndefined();
  });
});
