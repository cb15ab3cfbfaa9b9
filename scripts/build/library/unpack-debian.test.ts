import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCommand } from "../run-command.ts";
import { LayerFiles } from "./layer-files.ts";
import { unpackDebian } from "./unpack-debian.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "deb-"));
  const tree = join(folder, "tree");
  for (const path of ["DEBIAN", "bin", "etc"]) mkdirSync(join(tree, path), { recursive: true });
  writeFileSync(join(tree, "bin/tool"), "#!/bin/sh\n");
  writeFileSync(join(tree, "etc/tool.conf"), "setting\n");
  writeFileSync(join(tree, "DEBIAN/conffiles"), "/etc/tool.conf\n");
  writeFileSync(join(tree, "DEBIAN/postinst"), "#!/bin/sh\n", { mode: 0o755 });
  const control =
    "Package: tool\nVersion: 1-2\nArchitecture: i386\nMulti-Arch: same\nMaintainer: x\nDescription: a tool\n more\n";
  writeFileSync(join(tree, "DEBIAN/control"), control);
  execFileSync("dpkg-deb", ["--root-owner-group", "-b", tree, join(folder, "tool.deb")]);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("unpackDebian()", () => {
  it("lays files out and leaves dpkg's database as after dpkg --unpack", async () => {
    const layer = new LayerFiles();
    await unpackDebian([join(folder, "tool.deb")], layer, "", runCommand);
    expect(layer.text("usr/bin/tool")).toBe("#!/bin/sh\n");
    expect(layer.get("etc/tool.conf")?.entry.uid).toBe(0);
    expect(layer.text("var/lib/dpkg/info/tool:i386.list")).toBe(
      "/.\n/bin\n/bin/tool\n/etc\n/etc/tool.conf\n",
    );
    expect(layer.get("var/lib/dpkg/info/tool:i386.postinst")?.entry.mode).toBe(0o755);
    expect(layer.text("var/lib/dpkg/status")).toBe(
      "Package: tool\nStatus: install ok unpacked\nVersion: 1-2\nArchitecture: i386\nMulti-Arch: same\nMaintainer: x\n" +
        "Description: a tool\n more\nConffiles:\n /etc/tool.conf 9b2a23d6cdd7eb32c1f93a6b4a4a5e6c\n".replace(
          /[0-9a-f]{32}/,
          execFileSync("md5sum", { input: "setting\n" }).toString().slice(0, 32),
        ),
    );
    expect(layer.text("var/lib/dpkg/info/format")).toBe("1\n");
  });

  it("adds to the status of the image below, and nothing else of its database", async () => {
    const layer = new LayerFiles();
    await unpackDebian(
      [join(folder, "tool.deb")],
      layer,
      "Package: base\nStatus: install ok installed\n",
      runCommand,
    );
    expect(layer.text("var/lib/dpkg/status")).toMatch(
      /^Package: base\nStatus: install ok installed\n\nPackage: tool\n/,
    );
    expect(layer.has("var/lib/dpkg/arch")).toBe(false);
  });
});
