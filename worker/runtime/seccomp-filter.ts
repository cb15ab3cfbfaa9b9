// An OCI seccomp profile as a classic BPF program for seccomp(2), on 32-bit x86. crun can do it itself, but in the guest that takes
// 15 million instructions for Docker's profile; here it is a search tree, which the kernel also walks faster than a list.
// struct seccomp_data: u32 nr, u32 arch, u64 instruction pointer, u64 args[6].

import type { OciRuntimeSpec } from "../engine/oci-runtime-spec.ts";
import { I386_SYSCALLS } from "./i386-syscalls.ts";

type Profile = NonNullable<OciRuntimeSpec["linux"]["seccomp"]>;
type Rule = Profile["syscalls"][number];
type Condition = NonNullable<Rule["args"]>[number];

const LOAD = 0x20;
const JUMP = 0x05;
const JUMP_IF_EQUAL = 0x15;
const JUMP_IF_GREATER = 0x25;
const JUMP_IF_GREATER_OR_EQUAL = 0x35;
const AND = 0x54;
const RETURN = 0x06;

const OFFSET_NUMBER = 0;
const OFFSET_ARCHITECTURE = 4;
const OFFSET_ARGUMENTS = 16;
const AUDIT_ARCH_I386 = 0x4000_0003;
const KILL_PROCESS = 0x8000_0000;
const EPERM = 1;
const LONGEST_JUMP = 255;

interface Instruction {
  code: number;
  ifTrue: number;
  ifFalse: number;
  value: number;
}

/** The program, 8 bytes an instruction; undefined when the profile asks for what only crun can do (a listener, unknown actions). */
export function compileSeccomp(profile: Profile): Uint8Array | undefined {
  const fallback = actionValue(profile.defaultAction, profile.defaultErrnoRet);
  const rules = rulesByNumber(profile);
  if (fallback === undefined || rules === undefined) return undefined;
  const ranges = rangesOf(rules, fallback);
  const program: Instruction[] = [
    { code: LOAD, ifTrue: 0, ifFalse: 0, value: OFFSET_ARCHITECTURE },
    { code: JUMP_IF_EQUAL, ifTrue: 1, ifFalse: 0, value: AUDIT_ARCH_I386 },
    { code: RETURN, ifTrue: 0, ifFalse: 0, value: KILL_PROCESS },
    { code: LOAD, ifTrue: 0, ifFalse: 0, value: OFFSET_NUMBER },
    ...searchTree(ranges),
  ];
  return encode(program);
}

interface NumberRules {
  readonly conditional: { readonly conditions: readonly Condition[]; readonly action: number }[];
  always: number | undefined;
}

/** Undefined for what cannot be compiled. Names that this architecture does not have are left out, as libseccomp does. */
function rulesByNumber(profile: Profile): Map<number, NumberRules> | undefined {
  const byNumber = new Map<number, NumberRules>();
  for (const rule of profile.syscalls) {
    const action = actionValue(rule.action, rule.errnoRet ?? profile.defaultErrnoRet);
    if (action === undefined) return undefined;
    for (const name of rule.names) {
      const number = I386_SYSCALLS.get(name);
      if (number === undefined) continue;
      const rules = byNumber.get(number) ?? { conditional: [], always: undefined };
      byNumber.set(number, rules);
      if (!rule.args?.length) rules.always ??= action;
      for (const conditions of alternatives(rule.args ?? [])) rules.conditional.push({ conditions, action });
    }
  }
  return byNumber;
}

/** All conditions must hold; but conditions on one argument are alternatives, as runc and crun have it. */
function alternatives(args: readonly Condition[]): Condition[][] {
  if (args.length === 0) return [];
  const repeated = new Set(args.map((arg) => arg.index)).size < args.length;
  return repeated ? args.map((arg) => [arg]) : [[...args]];
}

interface Range {
  readonly first: number;
  /** What decides, with the number loaded; every path returns. */
  readonly code: Instruction[];
}

/** Neighbours with the same fate share a range. The first starts at 0. */
function rangesOf(rules: ReadonlyMap<number, NumberRules>, fallback: number): Range[] {
  const ranges: Range[] = [];
  let last: number | undefined;
  const add = (first: number, action: number, code: Instruction[]) => {
    const plain = code.length === 1;
    if (!plain || action !== last) ranges.push({ first, code });
    last = plain ? action : undefined;
  };
  let next = 0;
  for (const number of [...rules.keys()].sort((a, b) => a - b)) {
    if (number > next) add(next, fallback, [returning(fallback)]);
    const rule = rules.get(number)!;
    if (rule.always !== undefined) add(number, rule.always, [returning(rule.always)]);
    else add(number, fallback, conditionCode(rule, fallback));
    next = number + 1;
  }
  add(next, fallback, [returning(fallback)]);
  return ranges;
}

function conditionCode(rule: NumberRules, fallback: number): Instruction[] {
  const blocks = rule.conditional.map(({ conditions, action }) => {
    const tests = conditions.map(conditionTest);
    const length = tests.reduce((sum, test) => sum + test.length, 1);
    const block: Instruction[] = [];
    for (const test of tests) {
      block.push(...test);
      const jump = block.at(-1)!;
      // A test that fails goes behind the block.
      const behind = length - block.length;
      if (jump.ifTrue === FAILS) jump.ifTrue = behind;
      if (jump.ifFalse === FAILS) jump.ifFalse = behind;
    }
    return [...block, returning(action)];
  });
  return [...blocks.flat(), returning(fallback)];
}

const FAILS = -1;

/** Ends with a jump of which one way is FAILS. Arguments of 32-bit programs have 32 bits. */
function conditionTest({ index, value, valueTwo, op }: Condition): Instruction[] {
  const load: Instruction = { code: LOAD, ifTrue: 0, ifFalse: 0, value: OFFSET_ARGUMENTS + 8 * index };
  const test = (code: number, wanted: boolean, operand = value): Instruction => ({
    code,
    ifTrue: wanted ? 0 : FAILS,
    ifFalse: wanted ? FAILS : 0,
    value: operand >>> 0,
  });
  switch (op) {
    case "SCMP_CMP_EQ":
      return [load, test(JUMP_IF_EQUAL, true)];
    case "SCMP_CMP_NE":
      return [load, test(JUMP_IF_EQUAL, false)];
    case "SCMP_CMP_GT":
      return [load, test(JUMP_IF_GREATER, true)];
    case "SCMP_CMP_LE":
      return [load, test(JUMP_IF_GREATER, false)];
    case "SCMP_CMP_GE":
      return [load, test(JUMP_IF_GREATER_OR_EQUAL, true)];
    case "SCMP_CMP_LT":
      return [load, test(JUMP_IF_GREATER_OR_EQUAL, false)];
    case "SCMP_CMP_MASKED_EQ":
      return [
        load,
        { code: AND, ifTrue: 0, ifFalse: 0, value: value >>> 0 },
        test(JUMP_IF_EQUAL, true, valueTwo ?? 0),
      ];
    default:
      throw new RangeError(`unknown seccomp operator ${op}`);
  }
}

/** Code that finds the range of the loaded number by halves. */
function searchTree(ranges: readonly Range[]): Instruction[] {
  if (ranges.length === 1) return ranges[0]!.code.map((instruction) => ({ ...instruction }));
  const middle = ranges.length >> 1;
  const below = searchTree(ranges.slice(0, middle));
  const above = searchTree(ranges.slice(middle));
  const value = ranges[middle]!.first;
  if (below.length <= LONGEST_JUMP) {
    return [{ code: JUMP_IF_GREATER_OR_EQUAL, ifTrue: below.length, ifFalse: 0, value }, ...below, ...above];
  }
  return [
    { code: JUMP_IF_GREATER_OR_EQUAL, ifTrue: 0, ifFalse: 1, value },
    { code: JUMP, ifTrue: 0, ifFalse: 0, value: below.length },
    ...below,
    ...above,
  ];
}

function returning(value: number): Instruction {
  return { code: RETURN, ifTrue: 0, ifFalse: 0, value };
}

/** Undefined: not one that a program can return by itself. */
function actionValue(action: string, errno = EPERM): number | undefined {
  switch (action) {
    case "SCMP_ACT_ALLOW":
      return 0x7fff_0000;
    case "SCMP_ACT_LOG":
      return 0x7ffc_0000;
    case "SCMP_ACT_ERRNO":
      return 0x0005_0000 | errno;
    case "SCMP_ACT_TRAP":
      return 0x0003_0000;
    case "SCMP_ACT_KILL_PROCESS":
      return KILL_PROCESS;
    case "SCMP_ACT_KILL":
    case "SCMP_ACT_KILL_THREAD":
      return 0;
    default:
      return undefined;
  }
}

function encode(program: readonly Instruction[]): Uint8Array {
  const bytes = new Uint8Array(program.length * 8);
  const view = new DataView(bytes.buffer);
  for (const [index, { code, ifTrue, ifFalse, value }] of program.entries()) {
    view.setUint16(index * 8, code, true);
    view.setUint8(index * 8 + 2, ifTrue);
    view.setUint8(index * 8 + 3, ifFalse);
    view.setUint32(index * 8 + 4, value, true);
  }
  return bytes;
}
