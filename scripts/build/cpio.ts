// Writes a cpio archive in the "newc" form that the kernel unpacks as initramfs (Documentation/driver-api/early-userspace/buffer-format).
// Everything belongs to root, times are 0, the order is the caller's: equal trees give equal bytes.

export type CpioEntry =
  | { readonly path: string; readonly kind: "folder" }
  | { readonly path: string; readonly kind: "link"; readonly target: string }
  | { readonly path: string; readonly kind: "file"; readonly content: Uint8Array; readonly mode?: number };

const modes = { folder: 0o40755, link: 0o120777, file: 0o100644 };

function padded(bytes: Uint8Array): Buffer {
  const length = Math.ceil(bytes.byteLength / 4) * 4;
  return Buffer.concat([bytes], length);
}

function record(path: string, mode: number, inode: number, content: Uint8Array): Buffer {
  const name = Buffer.from(`${path}\0`, "utf8");
  const fields = [inode, mode, 0, 0, 1, 0, content.byteLength, 0, 0, 0, 0, name.byteLength, 0];
  const header = `070701${fields.map((field) => field.toString(16).padStart(8, "0")).join("")}`;
  return Buffer.concat([padded(Buffer.concat([Buffer.from(header, "latin1"), name])), padded(content)]);
}

/** The archive's bytes. Paths are relative, without a leading "/" or "./"; folders come before what is in them. */
export function writeCpio(entries: readonly CpioEntry[]): Buffer {
  const records = entries.map((entry, index) => {
    if (entry.kind === "folder") return record(entry.path, modes.folder, index + 1, new Uint8Array());
    if (entry.kind === "link")
      return record(entry.path, modes.link, index + 1, Buffer.from(entry.target, "utf8"));
    return record(entry.path, 0o100000 | (entry.mode ?? 0o644), index + 1, entry.content);
  });
  return Buffer.concat([...records, record("TRAILER!!!", 0, 0, new Uint8Array())]);
}
