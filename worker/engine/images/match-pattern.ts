// Shell patterns over image names, as Go's path.Match has them: `*` and `?` stop at a slash, `[a-z]` is a set, `\` quotes.

import { EngineError } from "../../base/errors.ts";

/** Throws EngineError("invalid-argument") for a malformed pattern. */
export function matchesPattern(name: string, pattern: string): boolean {
  if (pattern.length > 512) throw malformed();
  const elements = parse(pattern);
  // Which elements may come next, after each letter: no backtracking, however many stars there are.
  let states = skipStars(elements, new Set([0]));
  for (const letter of name) {
    const next = new Set<number>();
    for (const state of states) {
      const element = elements[state];
      if (element === undefined) continue;
      if (element === "star") {
        if (letter !== "/") next.add(state);
      } else if (element(letter)) next.add(state + 1);
    }
    states = skipStars(elements, next);
  }
  return states.has(elements.length);
}

type Element = "star" | ((letter: string) => boolean);

function skipStars(elements: readonly Element[], states: Set<number>): Set<number> {
  // A set's iteration sees what is added to it on the way.
  for (const state of states) if (elements[state] === "star") states.add(state + 1);
  return states;
}

function parse(pattern: string): Element[] {
  const elements: Element[] = [];
  const letters = [...pattern];
  for (let at = 0; at < letters.length; at++) {
    const letter = letters[at];
    if (letter === "*") elements.push("star");
    else if (letter === "?") elements.push((other) => other !== "/");
    else if (letter === "[") {
      const set = parseSet(letters, at + 1);
      elements.push(set.element);
      at = set.end;
    } else {
      const literal = letter === "\\" ? letters[++at] : letter;
      if (literal === undefined) throw malformed();
      elements.push((other) => other === literal);
    }
  }
  return elements;
}

/** From behind the `[`; `end` is where its `]` is. */
function parseSet(letters: readonly string[], start: number): { element: Element; end: number } {
  const negated = letters[start] === "^";
  const ranges: { from: string; to: string }[] = [];
  let at = negated ? start + 1 : start;
  const take = (): string => {
    if (letters[at] === "\\") at++;
    const letter = letters[at++];
    if (letter === undefined || letter === "-" || letter === "]") throw malformed();
    return letter;
  };
  while (ranges.length === 0 || letters[at] !== "]") {
    const from = take();
    let to = from;
    if (letters[at] === "-") {
      at++;
      to = take();
    }
    ranges.push({ from, to });
  }
  const holds = (letter: string) => ranges.some(({ from, to }) => from <= letter && letter <= to);
  return { element: (letter) => holds(letter) !== negated, end: at };
}

function malformed(): EngineError {
  return new EngineError("invalid-argument", "syntax error in pattern");
}
