// What file operations reject with: Node's codes and form, from what the guest's tools say.

/** `EIO` for whatever has no code here. */
export type FileErrorCode =
  | "ENOENT"
  | "EEXIST"
  | "EISDIR"
  | "ENOTDIR"
  | "ENOTEMPTY"
  | "EACCES"
  | "ENOSPC"
  | "EROFS"
  | "ENAMETOOLONG"
  | "ELOOP"
  | "EINVAL"
  | "EIO";

/** strerror(3) in the C locale. */
const SAID: readonly (readonly [words: string, code: FileErrorCode])[] = [
  ["No such file or directory", "ENOENT"],
  ["File exists", "EEXIST"],
  ["Is a directory", "EISDIR"],
  ["Not a directory", "ENOTDIR"],
  ["Directory not empty", "ENOTEMPTY"],
  ["Permission denied", "EACCES"],
  ["No space left on device", "ENOSPC"],
  ["Read-only file system", "EROFS"],
  ["File name too long", "ENAMETOOLONG"],
  ["Too many levels of symbolic links", "ELOOP"],
  ["cannot remove directory", "EISDIR"],
  ["to a subdirectory of itself", "EINVAL"],
];

export class FileError extends Error {
  override readonly name = "FileError";
  readonly code: FileErrorCode;
  readonly syscall: string;
  readonly path: string;

  constructor(syscall: string, path: string, said: string) {
    const [words, code] = SAID.find(([text]) => said.toLowerCase().includes(text.toLowerCase())) ?? [
      said.trim().split("\n").at(-1) || "input/output error",
      "EIO" as const,
    ];
    super(`${code}: ${words.toLowerCase()}, ${syscall} '${path}'`);
    this.code = code;
    this.syscall = syscall;
    this.path = path;
  }
}
