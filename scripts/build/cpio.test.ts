import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { writeCpio } from "./cpio.ts";

describe("writeCpio()", () => {
  it("aligns headers and contents to four bytes and ends with the trailer", () => {
    const archive = writeCpio([
      { path: "dev", kind: "folder" },
      { path: "init", kind: "file", mode: 0o755, content: Buffer.from("hello") },
      { path: "sh", kind: "link", target: "init" },
    ]);
    expect(archive.byteLength % 4).toBe(0);
    expect(archive.toString("latin1", 0, 6)).toBe("070701");
    expect(readMembers(archive)).toEqual([
      { name: "dev", mode: 0o40755, content: "" },
      { name: "init", mode: 0o100755, content: "hello" },
      { name: "sh", mode: 0o120777, content: "init" },
      { name: "TRAILER!!!", mode: 0, content: "" },
    ]);
  });

  it.skipIf(!hasCpio())("is read by cpio", () => {
    const archive = writeCpio([{ path: "a-file", kind: "file", content: Buffer.from("x".repeat(5)) }]);
    const listed = execFileSync("cpio", ["-tv"], { input: archive, stdio: ["pipe", "pipe", "ignore"] });
    expect(listed.toString()).toMatch(/^-rw-r--r--\s+1 root\s+root\s+5 .* a-file$/m);
  });
});

function hasCpio(): boolean {
  try {
    execFileSync("cpio", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

function readMembers(archive: Buffer) {
  const members: { name: string; mode: number; content: string }[] = [];
  for (let at = 0; at < archive.byteLength; ) {
    const field = (index: number) =>
      Number.parseInt(archive.toString("latin1", at + 6 + 8 * index, at + 14 + 8 * index), 16);
    const [mode, size, nameSize] = [field(1), field(6), field(11)];
    const name = archive.toString("utf8", at + 110, at + 110 + nameSize - 1);
    const start = Math.ceil((at + 110 + nameSize) / 4) * 4;
    members.push({ name, mode, content: archive.toString("utf8", start, start + size) });
    at = Math.ceil((start + size) / 4) * 4;
  }
  return members;
}
