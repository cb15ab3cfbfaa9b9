// Lists kept as text files: one entry a line, "#" starts a comment.

/** The entries of a list file, in order. */
export function listEntries(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.replace(/(^|\s)#.*$/, "").trim())
    .filter(Boolean);
}
