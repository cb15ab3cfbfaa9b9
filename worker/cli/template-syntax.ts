// The grammar of Go's text/template as --format uses it: actions in `{{ }}` with trimming `-`, pipelines, variables, if, with,
// range, and the parser that turns a text into a tree. What is left out: define, template, block.

import { CliError } from "./cli-error.ts";
import { isFunction } from "./template-functions.ts";

export type Operand =
  | { readonly kind: "literal"; readonly value: string | number | boolean | null }
  | { readonly kind: "dot" }
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "function"; readonly name: string }
  | { readonly kind: "group"; readonly pipe: Pipeline }
  | { readonly kind: "field"; readonly of: Operand; readonly name: string };

export interface Pipeline {
  readonly variables: readonly string[];
  readonly assigns: boolean;
  /** Each command is a function or value and its arguments; the result of one is the last argument of the next. */
  readonly commands: readonly (readonly Operand[])[];
  readonly text: string;
}

export type Node =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "action"; readonly pipe: Pipeline }
  | { readonly kind: "break" | "continue" }
  | {
      readonly kind: "if" | "with" | "range";
      readonly pipe: Pipeline;
      readonly body: readonly Node[];
      readonly otherwise: readonly Node[];
    };

/** Deeper nesting than anybody writes, well within the stack. */
const MAX_DEPTH = 100;

/** Throws a CliError that says what is wrong with the template. */
export function parseTemplate(text: string): Node[] {
  const parser = new TemplateParser(text);
  return parser.parse();
}

type Piece = { readonly kind: "text" | "action"; readonly text: string };

class TemplateParser {
  readonly #pieces: readonly Piece[];
  #next = 0;
  #depth = 0;

  constructor(text: string) {
    this.#pieces = splitActions(text);
  }

  parse(): Node[] {
    const { nodes, end } = this.#parseList();
    if (end !== "") throw templateError(`unexpected {{${end}}}`);
    return nodes;
  }

  /** Up to the end, `end` or `else`; `end` is that action's text. */
  #parseList(): { nodes: Node[]; end: string } {
    if (++this.#depth > MAX_DEPTH) throw templateError("nested too deeply");
    const nodes: Node[] = [];
    while (this.#next < this.#pieces.length) {
      const piece = this.#pieces[this.#next++]!;
      if (piece.kind === "text") nodes.push({ kind: "text", text: piece.text });
      else if (/^(end|else)\b/.test(piece.text)) {
        this.#depth--;
        return { nodes, end: piece.text };
      } else nodes.push(this.#parseAction(piece.text));
    }
    this.#depth--;
    return { nodes, end: "" };
  }

  #parseAction(text: string): Node {
    const word = /^(if|with|range|break|continue|define|template|block)(?=\s|$|\()/.exec(text)?.[1];
    switch (word) {
      case "if":
      case "with":
      case "range":
        return this.#parseBranch(word, text.slice(word.length));
      case "break":
      case "continue":
        return { kind: word };
      case undefined:
        return { kind: "action", pipe: parsePipeline(text) };
      default:
        throw templateError(`{{${word}}} is not supported`);
    }
  }

  #parseBranch(kind: "if" | "with" | "range", text: string): Node {
    const pipe = parsePipeline(text);
    const { nodes: body, end } = this.#parseList();
    if (end === "end") return { kind, pipe, body, otherwise: [] };
    if (end === "else") {
      const { nodes: otherwise, end: last } = this.#parseList();
      if (last !== "end") throw templateError(last === "" ? "unexpected EOF" : `unexpected {{${last}}}`);
      return { kind, pipe, body, otherwise };
    }
    const chained = /^else\s+(if|with)(?=\s|\()/.exec(end);
    if (chained === null) throw templateError(end === "" ? "unexpected EOF" : `unexpected {{${end}}}`);
    if (++this.#depth > MAX_DEPTH) throw templateError("nested too deeply");
    const otherwise = [this.#parseBranch(chained[1] as "if" | "with", end.slice(chained[0].length))];
    this.#depth--;
    return { kind, pipe, body, otherwise };
  }
}

function splitActions(text: string): Piece[] {
  const pieces: Piece[] = [];
  let position = 0;
  let trimNext = false;
  const pushText = (raw: string, trimEnd: boolean) => {
    const start = trimNext ? raw.trimStart() : raw;
    const trimmed = trimEnd ? start.trimEnd() : start;
    if (trimmed !== "") pieces.push({ kind: "text", text: trimmed });
  };
  for (;;) {
    const open = text.indexOf("{{", position);
    if (open < 0) {
      pushText(text.slice(position), false);
      return pieces;
    }
    const trimsBefore = /^-\s/.test(text.slice(open + 2, open + 4));
    pushText(text.slice(position, open), trimsBefore);
    const start = open + (trimsBefore ? 3 : 2);
    const close = findClose(text, start);
    const inside = text.slice(start, close);
    trimNext = /\s-$/.test(inside);
    const action = (trimNext ? inside.slice(0, -1) : inside).trim();
    if (!action.startsWith("/*")) {
      if (action === "") throw templateError("missing value for command");
      pieces.push({ kind: "action", text: action });
    }
    position = close + 2;
  }
}

/** Where `}}` is, outside of quotes and comments. */
function findClose(text: string, start: number): number {
  const pattern = /\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)*'|\}\}|["`']/g;
  pattern.lastIndex = start;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    if (match[0] === "}}") return match.index;
    if (match[0].length === 1) throw templateError("unterminated quoted string");
  }
  throw templateError("unclosed action");
}

const TOKEN =
  /\s+|"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)+'|[+-]?(?:0[xX][0-9a-fA-F]+|\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)|\$[\p{L}\p{N}_]*|\.[\p{L}_][\p{L}\p{N}_]*|[\p{L}_][\p{L}\p{N}_]*|:=|[=|(),.]/uy;

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const token = TOKEN.exec(text)?.[0];
    if (token === undefined) throw templateError(`unexpected ${JSON.stringify(text[at])} in operand`);
    tokens.push(/^\s+$/.test(token) ? " " : token);
  }
  return tokens;
}

function parsePipeline(text: string): Pipeline {
  const tokens = tokenize(text.trim());
  const parser = new PipelineParser(tokens);
  return parser.parse(text.trim());
}

class PipelineParser {
  readonly #tokens: readonly string[];
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  parse(text: string): Pipeline {
    const pipe = this.#pipeline(text);
    if (this.#next < this.#tokens.length)
      throw templateError(`unexpected ${JSON.stringify(this.#tokens[this.#next])}`);
    return pipe;
  }

  #pipeline(text: string): Pipeline {
    const { variables, assigns } = this.#declaration();
    const commands: Operand[][] = [[]];
    for (; this.#next < this.#tokens.length; ) {
      const token = this.#tokens[this.#next]!;
      if (token === ")") break;
      if (token === " ") this.#next++;
      else if (token === "|") {
        if (commands.at(-1)!.length === 0) throw templateError("missing value for command");
        this.#next++;
        commands.push([]);
      } else commands.at(-1)!.push(this.#operand());
    }
    if (commands.at(-1)!.length === 0) throw templateError("missing value for command");
    return { variables, assigns, commands, text };
  }

  /** `$x := `, `$i, $x := `, `$x = ` */
  #declaration(): { variables: string[]; assigns: boolean } {
    const start = this.#next;
    const variables: string[] = [];
    for (;;) {
      this.#skipSpace();
      const token = this.#tokens[this.#next] ?? "";
      if (!/^\$[\p{L}\p{N}_]+$/u.test(token)) break;
      this.#next++;
      this.#skipSpace();
      const after = this.#tokens[this.#next];
      if (after !== "," && after !== ":=" && after !== "=") break;
      variables.push(token);
      this.#next++;
      if (after !== ",") return { variables, assigns: after === "=" };
    }
    this.#next = start;
    return { variables: [], assigns: false };
  }

  #operand(): Operand {
    let operand = this.#term(this.#tokens[this.#next++]!);
    for (;;) {
      const token = this.#tokens[this.#next];
      if (token === undefined || !/^\.[\p{L}_]/u.test(token)) return operand;
      this.#next++;
      operand = { kind: "field", of: operand, name: token.slice(1) };
    }
  }

  #term(token: string): Operand {
    if (token === "(") {
      if (++this.#depth > MAX_DEPTH) throw templateError("nested too deeply");
      const pipe = this.#pipeline("");
      this.#depth--;
      if (this.#tokens[this.#next++] !== ")") throw templateError("unclosed left paren");
      return { kind: "group", pipe };
    }
    if (token === ".") return { kind: "dot" };
    if (token.startsWith("$")) return { kind: "variable", name: token };
    if (/^\.[\p{L}_]/u.test(token)) return { kind: "field", of: { kind: "dot" }, name: token.slice(1) };
    if (/^["`']/.test(token)) return { kind: "literal", value: unquote(token) };
    if (/^[+-]?[\d.]/.test(token)) return { kind: "literal", value: Number(token) };
    if (token === "true" || token === "false") return { kind: "literal", value: token === "true" };
    if (token === "nil") return { kind: "literal", value: null };
    if (/^[\p{L}_]/u.test(token)) {
      if (!isFunction(token)) throw templateError(`function ${JSON.stringify(token)} not defined`);
      return { kind: "function", name: token };
    }
    throw templateError(`unexpected ${JSON.stringify(token)} in operand`);
  }

  #skipSpace(): void {
    while (this.#tokens[this.#next] === " ") this.#next++;
  }
}

function unquote(token: string): string | number {
  const inner = token.slice(1, -1);
  if (token.startsWith("`")) return inner;
  const escapes: Readonly<Record<string, string>> = {
    n: "\n",
    t: "\t",
    r: "\r",
    a: "\x07",
    b: "\b",
    f: "\f",
    v: "\v",
  };
  const text = inner.replace(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[0-7]{3}|.)/g, (_, code: string) => {
    if (/^[xu]./.test(code)) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    if (/^[0-7]{3}$/.test(code)) return String.fromCharCode(Number.parseInt(code, 8));
    return escapes[code] ?? code;
  });
  return token.startsWith("'") ? (text.codePointAt(0) ?? 0) : text;
}

export function templateError(reason: string): CliError {
  return new CliError(`template parsing error: template: :1: ${reason}`, 64);
}
