import { describe, expect, it } from "vitest";
import { customSeccomp } from "./custom-seccomp.ts";

const names = (syscalls: unknown[], capabilities: string[] = []) =>
  customSeccomp({ defaultAction: "SCMP_ACT_ERRNO", syscalls }, capabilities).syscalls.flatMap(
    (rule) => rule.names,
  );
const rule = (name: string, more: object) => ({ names: [name], action: "SCMP_ACT_ALLOW", ...more });

describe("customSeccomp()", () => {
  it("keeps rules for the container's capabilities, 32-bit x86 and this kernel", () => {
    expect(
      names(
        [
          rule("always", { includes: {}, excludes: {} }),
          rule("with", { includes: { caps: ["CAP_SYS_ADMIN"] } }),
          rule("with-both", { includes: { caps: ["CAP_SYS_ADMIN", "CAP_BPF"] } }),
          rule("without", { excludes: { caps: ["CAP_SYS_ADMIN"] } }),
          rule("x86", { includes: { arches: ["amd64", "x86"] } }),
          rule("arm", { includes: { arches: ["arm", "arm64"] } }),
          rule("not-x86", { excludes: { arches: ["x86"] } }),
          rule("old", { includes: { minKernel: "4.8" } }),
          rule("new", { includes: { minKernel: "6.2" } }),
          rule("gone", { excludes: { minKernel: "6.1" } }),
        ],
        ["CAP_SYS_ADMIN"],
      ),
    ).toEqual(["always", "with", "x86", "old"]);
    expect(names([rule("without", { excludes: { caps: ["CAP_SYS_ADMIN"] } })])).toEqual(["without"]);
  });

  it("takes one name, arguments and errno values", () => {
    const args = [{ index: 0, value: 8, valueTwo: 0, op: "SCMP_CMP_EQ" }];
    const profile = {
      defaultAction: "SCMP_ACT_ALLOW",
      defaultErrnoRet: 38,
      syscalls: [{ name: "personality", action: "SCMP_ACT_ERRNO", errnoRet: 1, args }],
    };
    expect(customSeccomp(profile, [])).toEqual({
      defaultAction: "SCMP_ACT_ALLOW",
      defaultErrnoRet: 38,
      architectures: ["SCMP_ARCH_X86"],
      syscalls: [{ names: ["personality"], action: "SCMP_ACT_ERRNO", errnoRet: 1, args }],
    });
  });

  it("refuses what is no profile", () => {
    for (const profile of [
      null,
      [],
      {},
      { defaultAction: "A", syscalls: {} },
      { defaultAction: "A", syscalls: [{ names: [1], action: "B" }] },
      { defaultAction: "A", syscalls: [{ names: ["x"] }] },
      { defaultAction: "A", syscalls: [rule("x", { args: [{ index: "0" }] })] },
      { defaultAction: "A", syscalls: [rule("x", { includes: { minKernel: "new" } })] },
    ])
      expect(() => customSeccomp(profile, [])).toThrow(TypeError);
  });
});
