// Patterns over paths: `*` and `?` within a name, `**` over any number of folders. A pattern that matches a folder takes what is in it.

export function globMatcher(patterns: readonly string[]): (path: string) => boolean {
  const expressions = patterns.map((pattern) => new RegExp(`^${expressionOf(pattern)}(?:/|$)`));
  return (path) => expressions.some((expression) => expression.test(path));
}

function expressionOf(pattern: string): string {
  return pattern
    .replace(/^\.?\/+|\/+$/g, "")
    .split(/(\*\*\/?|\*|\?)/)
    .map((part) => {
      if (part === "**/") return "(?:[^/]+/)*";
      if (part === "**") return ".*";
      if (part === "*") return "[^/]*";
      if (part === "?") return "[^/]";
      return part.replace(/[.+^${}()|[\]\\]/g, "\\$&");
    })
    .join("");
}
