import { describe, expect, it } from "vitest";
import { parseMachineFacts } from "./machine-facts.ts";

const TEXT = `kernel\t6.1.0
processor\tPentium
memory\tMemTotal:\t1000
memory\tMemAvailable:\t400
tenant\t1\t/
process\t1\t1\t1\tinit
tenant\t208\t/lxc.payload.box
process\t208\t231\t9\tsh
process\t208\t208\t1\tinit
namespace\t/proc/1/ns/pid\t4026531836
namespace\t/proc/208/ns/pid\t4026532100
namespace\t/proc/208/ns/user\t4026531837
`;
const OWNERS = [
  { kind: "machine" as const, name: "", pid: 1 },
  { kind: "lxc" as const, name: "box", pid: 208 },
  { kind: "docker" as const, name: "gone", pid: 300 },
];

describe("parseMachineFacts()", () => {
  it("puts namespaces and processes to whom they belong, and leaves out who has ended", () => {
    const facts = parseMachineFacts(TEXT, OWNERS);
    expect(facts).toMatchObject({ kernel: "6.1.0", memoryBytes: 1_024_000, availableBytes: 409_600 });
    expect(facts.tenants.map(({ name }) => name)).toEqual(["", "box"]);
    expect(facts.tenants[1]).toMatchObject({
      command: "init",
      cgroup: "/lxc.payload.box",
      namespaces: { pid: "4026532100", user: "4026531837" },
      processes: [
        { pid: 208, innerPid: 1, command: "init" },
        { pid: 231, innerPid: 9, command: "sh" },
      ],
    });
  });

  it("takes any text", () => {
    expect(parseMachineFacts("nonsense", OWNERS).tenants).toEqual([]);
  });
});
