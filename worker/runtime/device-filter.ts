// Device rules of a container as an eBPF program for its cgroup (kernel: struct bpf_cgroup_dev_ctx: u32 type in the low and access
// in the high half, u32 major, u32 minor; 1 allows). crun can do it itself, but the kernel checks a program at each load, which takes a
// million instructions a container; equal rules make an equal program, which the agent loads once.

import type { OciRuntimeSpec } from "../engine/oci-runtime-spec.ts";

type DeviceRule = NonNullable<NonNullable<OciRuntimeSpec["linux"]["resources"]>["devices"]>[number];

const TYPES: Readonly<Record<string, number>> = { b: 1, c: 2 };
const ACCESS: Readonly<Record<string, number>> = { m: 1, r: 2, w: 4 };
const ALL_ACCESS = 7;

const LOAD = 0x61;
const COPY = 0xbc;
const AND = 0x54;
const SHIFT_RIGHT = 0x74;
const JUMP_IF_EQUAL = 0x15;
const JUMP_IF_NOT = 0x55;
const SET = 0xb7;
const EXIT = 0x95;

/** Registers: the answer, the context and scratch, then what is asked for. */
const ANSWER = 0;
const CONTEXT = 1;
const TYPE = 2;
const WANTED = 3;
const MAJOR = 4;
const MINOR = 5;

interface Instruction {
  readonly code: number;
  readonly to: number;
  readonly from: number;
  readonly offset: number;
  readonly value: number;
}

/** The program, 8 bytes an instruction. Rules as the OCI runtime specification has them: the last that fits decides; none: refused. */
export function compileDeviceRules(rules: readonly DeviceRule[]): Uint8Array {
  const program: Instruction[] = [
    step(LOAD, TYPE, { from: CONTEXT }),
    step(COPY, WANTED, { from: TYPE }),
    step(SHIFT_RIGHT, WANTED, { value: 16 }),
    step(AND, TYPE, { value: 0xffff }),
    step(LOAD, MAJOR, { from: CONTEXT, offset: 4 }),
    step(LOAD, MINOR, { from: CONTEXT, offset: 8 }),
  ];
  for (const rule of [...rules].reverse()) {
    const checks = checksOf(rule);
    // What would follow an unconditional rule can never run, and the kernel refuses programs with such parts.
    program.push(...checks, ...answer(rule.allow));
    if (checks.length === 0) return encode(program);
  }
  program.push(...answer(false));
  return encode(program);
}

/** Jumps behind the rule's answer unless all fit. */
function checksOf(rule: DeviceRule): Instruction[] {
  const access = accessMask(rule.access);
  const checks: ((behind: number) => Instruction)[] = [];
  const unless = (register: number, value: number, code = JUMP_IF_NOT) => {
    checks.push((behind) => step(code, register, { value, offset: behind }));
  };
  const type = TYPES[rule.type ?? "a"];
  if (type !== undefined) unless(TYPE, type);
  if (access !== ALL_ACCESS) {
    checks.push(() => step(COPY, CONTEXT, { from: WANTED }));
    // Allowed only when nothing else is asked for; refused when any of it is.
    checks.push(() => step(AND, CONTEXT, { value: rule.allow ? ALL_ACCESS & ~access : access }));
    unless(CONTEXT, 0, rule.allow ? JUMP_IF_NOT : JUMP_IF_EQUAL);
  }
  if (rule.major !== undefined && rule.major >= 0) unless(MAJOR, rule.major);
  if (rule.minor !== undefined && rule.minor >= 0) unless(MINOR, rule.minor);
  return checks.map((check, at) => check(checks.length - 1 - at + 2));
}

function accessMask(access: string | undefined): number {
  let mask = 0;
  for (const letter of access ?? "") mask |= ACCESS[letter] ?? 0;
  return mask === 0 ? ALL_ACCESS : mask;
}

function answer(allow: boolean): Instruction[] {
  return [step(SET, ANSWER, { value: allow ? 1 : 0 }), step(EXIT, 0, {})];
}

function step(
  code: number,
  to: number,
  { from = 0, offset = 0, value = 0 }: { from?: number; offset?: number; value?: number },
): Instruction {
  return { code, to, from, offset, value };
}

function encode(program: readonly Instruction[]): Uint8Array {
  const bytes = new Uint8Array(program.length * 8);
  const view = new DataView(bytes.buffer);
  for (const [at, { code, to, from, offset, value }] of program.entries()) {
    view.setUint8(at * 8, code);
    view.setUint8(at * 8 + 1, to | (from << 4));
    view.setInt16(at * 8 + 2, offset, true);
    view.setInt32(at * 8 + 4, value, true);
  }
  return bytes;
}
