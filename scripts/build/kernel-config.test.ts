import { describe, expect, it } from "vitest";
import { parseKernelConfig, unmetOptions } from "./kernel-config.ts";

describe("unmetOptions()", () => {
  it("takes a missing line for off, and names what differs", () => {
    const found = parseKernelConfig("CONFIG_A=y\n# CONFIG_B is not set\nCONFIG_HZ=100\n# a comment\n");
    const wanted = parseKernelConfig("CONFIG_A=y\nCONFIG_B=n\nCONFIG_C=n\nCONFIG_D=y\nCONFIG_HZ=250\n");
    expect(unmetOptions(wanted, found)).toEqual(["CONFIG_D=y (is: n)", "CONFIG_HZ=250 (is: 100)"]);
  });
});
