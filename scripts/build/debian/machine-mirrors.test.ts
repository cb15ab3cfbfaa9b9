import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { machineSources, parseDeb822Sources, parseOneLineSources } from "./machine-mirrors.ts";

describe("parseOneLineSources()", () => {
  it("reads mirrors with and without options", () => {
    const text = `
# a comment
deb http://one.test/debian bookworm main contrib
deb [ arch=amd64 signed-by=/keys/a.gpg ] https://two.test/debian bookworm-updates main # why
deb-src http://one.test/debian bookworm main
deb http://three.test/debian bookworm contrib
`;
    expect(parseOneLineSources(text)).toEqual([
      { uri: "http://one.test/debian", suite: "bookworm", signedBy: undefined },
      { uri: "https://two.test/debian", suite: "bookworm-updates", signedBy: "/keys/a.gpg" },
    ]);
  });
});

describe("parseDeb822Sources()", () => {
  it("multiplies addresses and suites, and follows continued lines", () => {
    const text = `Types: deb deb-src
URIs: http://one.test/debian
# a comment
Suites: bookworm
 bookworm-updates
Components: main
Signed-By: /keys/a.gpg

Types: deb
URIs: http://two.test/debian
Suites: bookworm-security
Components: main
Enabled: no
`;
    expect(parseDeb822Sources(text)).toEqual([
      { uri: "http://one.test/debian", suite: "bookworm", signedBy: "/keys/a.gpg" },
      { uri: "http://one.test/debian", suite: "bookworm-updates", signedBy: "/keys/a.gpg" },
    ]);
  });

  it("leaves out keys that are written into the file", () => {
    const text =
      "Types: deb\nURIs: http://one.test\nSuites: bookworm\nComponents: main\nSigned-By:\n -----BEGIN PGP-----\n";
    expect(parseDeb822Sources(text)).toEqual([
      { uri: "http://one.test", suite: "bookworm", signedBy: undefined },
    ]);
  });
});

describe("machineSources()", () => {
  it("orders the release before its updates and security, from both kinds of files", () => {
    const folder = mkdtempSync(join(tmpdir(), "apt-"));
    try {
      mkdirSync(join(folder, "sources.list.d"));
      writeFileSync(join(folder, "sources.list"), "deb http://s.test bookworm-security main\n");
      writeFileSync(
        join(folder, "sources.list.d", "debian.sources"),
        "Types: deb\nURIs: http://d.test\nSuites: trixie bookworm\nComponents: main\n",
      );
      expect(machineSources("bookworm", folder).map(({ uri, suite }) => `${suite} ${uri}`)).toEqual([
        "bookworm http://d.test",
        "bookworm-security http://s.test",
      ]);
      expect(machineSources("bookworm", join(folder, "nowhere"))).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
