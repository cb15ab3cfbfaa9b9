import { describe, expect, it } from "vitest";
import { parseLxcList } from "./lxc-source.ts";

describe("parseLxcList()", () => {
  it("reads the table of lxc-ls -f", () => {
    expect(
      parseLxcList(
        "NAME STATE   PID IPV4                  \nbox  RUNNING 208 10.0.3.100, 172.17.0.1 \nold  STOPPED -   -          \n",
      ),
    ).toEqual([
      { name: "box", state: "RUNNING", pid: 208, addresses: ["10.0.3.100", "172.17.0.1"] },
      { name: "old", state: "STOPPED", pid: undefined, addresses: [] },
    ]);
  });

  it("takes nothing for no containers", () => {
    expect(parseLxcList("")).toEqual([]);
    expect(parseLxcList("NAME STATE PID IPV4\n")).toEqual([]);
  });
});
