import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { listeningPorts } from "./open-ports.ts";

const HEAD =
  "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
const row = (local: string, state: string) =>
  `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 1234 1\n`;

describe("listeningPorts()", () => {
  it("finds what listens everywhere or on the loopback", () => {
    const table =
      HEAD +
      row("00000000:1F90", "0A") +
      row("0100007F:0BB8", "0A") +
      row("0103000A:0035", "0A") +
      row("0100007F:9C40", "01") +
      row(`${"0".repeat(32)}:0050`, "0A");
    expect(listeningPorts(table)).toEqual([8080, 3000, 80]);
  });

  it("gives ports or nothing for any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        for (const port of listeningPorts(HEAD + text)) expect(port).toBeLessThan(65_536);
      }),
    );
  });
});
