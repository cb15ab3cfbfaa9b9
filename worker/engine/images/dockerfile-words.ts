// Words of a Dockerfile's instruction as its reference describes them ("Environment replacement", "Parser directives"): quotes, escapes
// with a backslash, and variables. Also the JSON form of CMD and others.

import { EngineError } from "../../base/errors.ts";

export type Variables = ReadonlyMap<string, string>;

const LONGEST_WORD = 65_536;

/** `a "b c" d\ e $F` → four words; an unquoted variable stays within its word. Throws EngineError("invalid-argument"). */
export function splitWords(text: string, variables: Variables): string[] {
  const words: string[] = [];
  const scanner = new Scanner(text, variables);
  for (scanner.skipBlanks(); !scanner.atEnd; scanner.skipBlanks()) words.push(scanner.word(true));
  return words;
}

/** The whole text as one word: blanks stay. */
export function expandText(text: string, variables: Variables): string {
  return new Scanner(text, variables).word(false);
}

/** `["a", "b"]`; undefined for what is not a JSON list of strings. */
export function parseJsonWords(text: string): string[] | undefined {
  if (!text.trimStart().startsWith("[")) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value) && value.every((each) => typeof each === "string")) return value;
  } catch {
    // The shell form may begin with a bracket too.
  }
  return undefined;
}

/**
 * The pairs of ENV and LABEL: `a=b "c d"=e`, or the old `a rest of the line`. Throws EngineError("invalid-argument") in Docker's words.
 */
export function parsePairs(instruction: string, text: string, variables: Variables): [string, string][] {
  const first = /^(\S+)(?:\s+(.*))?$/s.exec(text.trim());
  if (!first) throw invalid(`${instruction} requires at least one argument`);
  if (!first[1]?.includes("=")) {
    if (first[2] === undefined) throw invalid(`${instruction} must have two arguments`);
    return [[expandText(first[1] ?? "", variables), expandText(first[2], variables)]];
  }
  return splitWords(text, variables).map((word) => {
    const at = word.indexOf("=");
    if (at < 0)
      throw invalid(
        `Syntax error - can't find = in ${JSON.stringify(word)}. Must be of the form: name=value`,
      );
    if (at === 0) throw invalid(`${instruction} names can not be blank`);
    return [word.slice(0, at), word.slice(at + 1)];
  });
}

class Scanner {
  readonly #text: string;
  readonly #variables: Variables;
  #at = 0;

  constructor(text: string, variables: Variables) {
    this.#text = text;
    this.#variables = variables;
  }

  get atEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  skipBlanks(): void {
    while (!this.atEnd && /\s/.test(this.#text[this.#at]!)) this.#at++;
  }

  word(endsAtBlank: boolean): string {
    let word = "";
    while (!this.atEnd) {
      const letter = this.#text[this.#at]!;
      if (endsAtBlank && /\s/.test(letter)) break;
      if (letter === "'") word += this.#singleQuoted();
      else if (letter === '"') word += this.#doubleQuoted();
      else if (letter === "$") word += this.#variable();
      else if (letter === "\\" && this.#at + 1 < this.#text.length) {
        word += this.#text[this.#at + 1];
        this.#at += 2;
      } else {
        word += letter;
        this.#at++;
      }
      if (word.length > LONGEST_WORD) throw invalid("a word of the instruction is too long");
    }
    return word;
  }

  #singleQuoted(): string {
    const end = this.#text.indexOf("'", this.#at + 1);
    if (end < 0) throw invalid("unexpected end of statement while looking for matching single-quote");
    const inner = this.#text.slice(this.#at + 1, end);
    this.#at = end + 1;
    return inner;
  }

  #doubleQuoted(): string {
    let inner = "";
    for (this.#at++; !this.atEnd; ) {
      const letter = this.#text[this.#at]!;
      const next = this.#text[this.#at + 1];
      if (letter === '"') {
        this.#at++;
        return inner;
      }
      if (letter === "$") inner += this.#variable();
      else if (letter === "\\" && next !== undefined && '"$\\'.includes(next)) {
        inner += next;
        this.#at += 2;
      } else {
        inner += letter;
        this.#at++;
      }
    }
    throw invalid("unexpected end of statement while looking for matching double-quote");
  }

  /** `$NAME`, `${NAME}`, `${NAME:-otherwise}`, `${NAME:+instead}`; a lone `$` is itself. */
  #variable(): string {
    const rest = this.#text.slice(this.#at);
    const plain = /^\$(\w+)/.exec(rest);
    if (plain) {
      this.#at += plain[0].length;
      return this.#variables.get(plain[1] ?? "") ?? "";
    }
    if (!rest.startsWith("${")) {
      this.#at++;
      return "$";
    }
    const braced = /^\$\{(\w+)(?:(:?[-+])([^{}]*))?\}/.exec(rest);
    if (!braced) throw invalid(`unsupported modifier in substitution: ${rest.slice(0, 40)}`);
    this.#at += braced[0].length;
    const [, name = "", operator = "", word = ""] = braced;
    const value = this.#variables.get(name);
    const isSet = operator.startsWith(":") ? (value ?? "") !== "" : value !== undefined;
    if (operator.endsWith("-")) return isSet ? (value ?? "") : word;
    if (operator.endsWith("+")) return isSet ? word : "";
    return value ?? "";
  }
}

function invalid(message: string): EngineError {
  return new EngineError("invalid-argument", message);
}
