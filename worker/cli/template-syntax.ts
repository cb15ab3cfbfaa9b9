// The grammar of Go's text/template as --format uses it: actions in `{{ }}` with trimming `-`, pipelines, variables, if, with,
// range, define, template, block, and the parser that turns a text into a tree.

import { CliError } from "./cli-error.ts";
import { isFunction } from "./template-functions.ts";

/** `at`: where it is in the text, as Go counts: a chain of fields is at its second one. */
export type Operand = { readonly at: number } & (
  | { readonly kind: "literal"; readonly value: string | number | boolean | null; readonly token: string }
  | { readonly kind: "dot" }
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "function"; readonly name: string }
  | { readonly kind: "group"; readonly pipe: Pipeline }
  | { readonly kind: "field"; readonly of: Operand; readonly name: string }
);

export interface Pipeline {
  readonly variables: readonly string[];
  readonly assigns: boolean;
  /** Each command is a function or value and its arguments; the result of one is the last argument of the next. */
  readonly commands: readonly (readonly Operand[])[];
}

export type Node =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "action"; readonly pipe: Pipeline }
  | { readonly kind: "break" | "continue" }
  | {
      readonly kind: "template";
      readonly name: string;
      readonly pipe: Pipeline | undefined;
      /** Of the name. */
      readonly at: number;
      readonly text: string;
    }
  | {
      readonly kind: "if" | "with" | "range";
      readonly pipe: Pipeline;
      readonly body: readonly Node[];
      readonly otherwise: readonly Node[];
    };

/** Deeper nesting than anybody writes, well within the stack. */
const MAX_DEPTH = 100;

export interface ParsedTemplate {
  readonly nodes: readonly Node[];
  /** Of `define` and `block`, by name. */
  readonly defined: ReadonlyMap<string, readonly Node[]>;
}

/** Throws a CliError that says what is wrong with the template. */
export function parseTemplate(text: string): ParsedTemplate {
  const parser = new TemplateParser(text);
  return parser.parse();
}

/** As Go writes it in messages. */
export function commandText(command: readonly Operand[]): string {
  return command.map(operandText).join(" ");
}

export function operandText(operand: Operand): string {
  switch (operand.kind) {
    case "literal":
      return operand.token;
    case "dot":
      return ".";
    case "group":
      return `(${operand.pipe.commands.map(commandText).join(" | ")})`;
    case "field":
      return `${operand.of.kind === "dot" ? "" : operandText(operand.of)}.${operand.name}`;
    default:
      return operand.name;
  }
}

type Piece = { readonly kind: "text" | "action"; readonly text: string; readonly at: number };

class TemplateParser {
  readonly #pieces: readonly Piece[];
  readonly #defined = new Map<string, readonly Node[]>();
  #next = 0;
  #depth = 0;

  constructor(text: string) {
    this.#pieces = splitActions(text);
  }

  parse(): ParsedTemplate {
    const { nodes, end } = this.#parseList();
    if (end !== undefined) throw templateError(`unexpected {{${end.text}}}`);
    return { nodes, defined: this.#defined };
  }

  /** Up to the end, `end` or `else`; `end` is that action. */
  #parseList(): { nodes: Node[]; end: Piece | undefined } {
    if (++this.#depth > MAX_DEPTH) throw templateError("nested too deeply");
    const nodes: Node[] = [];
    while (this.#next < this.#pieces.length) {
      const piece = this.#pieces[this.#next++]!;
      if (piece.kind === "text") nodes.push({ kind: "text", text: piece.text });
      else if (/^(end|else)\b/.test(piece.text)) {
        this.#depth--;
        return { nodes, end: piece };
      } else nodes.push(...this.#parseAction(piece));
    }
    this.#depth--;
    return { nodes, end: undefined };
  }

  #parseAction({ text, at }: Piece): Node[] {
    const word = /^(if|with|range|break|continue|define|template|block)(?=\s|$|\()/.exec(text)?.[1];
    switch (word) {
      case "if":
      case "with":
      case "range":
        return [this.#parseBranch(word, text.slice(word.length), at + word.length)];
      case "break":
      case "continue":
        return [{ kind: word }];
      case "define":
      case "template":
      case "block":
        return this.#parseNamed(word, text, at);
      default:
        return [{ kind: "action", pipe: parsePipeline(text, at) }];
    }
  }

  /** A block is a definition in the place where it is used. */
  #parseNamed(word: "define" | "template" | "block", text: string, at: number): Node[] {
    const head = /^\w+\s+("(?:[^"\\\n]|\\.)*"|`[^`]*`)\s*/.exec(text);
    if (head === null) {
      const found = text.slice(word.length).trim();
      throw templateError(
        found === "" ? `missing value for ${word}` : `unexpected ${JSON.stringify(found)} in ${word} clause`,
      );
    }
    const name = String(unquote(head[1]!));
    const rest = text.slice(head[0].length);
    if (word === "define" ? rest !== "" : word === "block" && rest === "")
      throw templateError(`unexpected ${JSON.stringify(rest)} in ${word} clause`);
    const pipe = rest === "" ? undefined : parsePipeline(rest, at + head[0].length);
    if (word !== "template") {
      const { nodes, end } = this.#parseList();
      if (end?.text !== "end") throw unexpectedEnd(end);
      this.#defined.set(name, nodes);
    }
    const nameAt = at + head[0].indexOf(head[1]!);
    return word === "define" ? [] : [{ kind: "template", name, pipe, at: nameAt, text }];
  }

  #parseBranch(kind: "if" | "with" | "range", text: string, at: number): Node {
    const pipe = parsePipeline(text, at);
    const { nodes: body, end } = this.#parseList();
    if (end?.text === "end") return { kind, pipe, body, otherwise: [] };
    if (end?.text === "else") {
      const { nodes: otherwise, end: last } = this.#parseList();
      if (last?.text !== "end") throw unexpectedEnd(last);
      return { kind, pipe, body, otherwise };
    }
    const chained = /^else\s+(if|with)(?=\s|\()/.exec(end?.text ?? "");
    if (end === undefined || chained === null) throw unexpectedEnd(end);
    if (++this.#depth > MAX_DEPTH) throw templateError("nested too deeply");
    const [words] = chained;
    const next = chained[1] as "if" | "with";
    const otherwise = [this.#parseBranch(next, end.text.slice(words.length), end.at + words.length)];
    this.#depth--;
    return { kind, pipe, body, otherwise };
  }
}

function unexpectedEnd(end: Piece | undefined): CliError {
  return templateError(end === undefined ? "unexpected EOF" : `unexpected {{${end.text}}}`);
}

function splitActions(text: string): Piece[] {
  const pieces: Piece[] = [];
  let position = 0;
  let trimNext = false;
  const pushText = (raw: string, trimEnd: boolean) => {
    const start = trimNext ? raw.trimStart() : raw;
    const trimmed = trimEnd ? start.trimEnd() : start;
    if (trimmed !== "") pieces.push({ kind: "text", text: trimmed, at: position });
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
    const at = start + inside.length - inside.trimStart().length;
    if (!action.startsWith("/*")) {
      if (action === "") throw templateError("missing value for command");
      pieces.push({ kind: "action", text: action, at });
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

interface Token {
  /** A space for any number of them. */
  readonly text: string;
  readonly at: number;
}

/** `offset`: where the text begins in the template. */
function tokenize(text: string, offset: number): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const token = TOKEN.exec(text)?.[0];
    if (token === undefined) throw templateError(`unexpected ${JSON.stringify(text[at])} in operand`);
    tokens.push({ text: /^\s+$/.test(token) ? " " : token, at: offset + at });
  }
  return tokens;
}

function parsePipeline(text: string, at: number): Pipeline {
  const tokens = tokenize(text.trimEnd(), at);
  const parser = new PipelineParser(tokens);
  return parser.parse();
}

class PipelineParser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): Pipeline {
    const pipe = this.#pipeline();
    if (this.#next < this.#tokens.length) throw templateError(`unexpected ${JSON.stringify(this.#peek())}`);
    return pipe;
  }

  /** Undefined at the end. */
  #peek(): string | undefined {
    return this.#tokens[this.#next]?.text;
  }

  #pipeline(): Pipeline {
    const { variables, assigns } = this.#declaration();
    const commands: Operand[][] = [[]];
    for (let token = this.#peek(); token !== undefined; token = this.#peek()) {
      if (token === ")") break;
      if (token === " ") this.#next++;
      else if (token === "|") {
        if (commands.at(-1)!.length === 0) throw templateError("missing value for command");
        this.#next++;
        commands.push([]);
      } else commands.at(-1)!.push(this.#operand());
    }
    if (commands.at(-1)!.length === 0) throw templateError("missing value for command");
    return { variables, assigns, commands };
  }

  /** `$x := `, `$i, $x := `, `$x = ` */
  #declaration(): { variables: string[]; assigns: boolean } {
    const start = this.#next;
    const variables: string[] = [];
    for (;;) {
      this.#skipSpace();
      const token = this.#peek() ?? "";
      if (!/^\$[\p{L}\p{N}_]+$/u.test(token)) break;
      this.#next++;
      this.#skipSpace();
      const after = this.#peek();
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
    let chainAt: number | undefined;
    for (;;) {
      const token = this.#tokens[this.#next];
      if (token === undefined || !/^\.[\p{L}_]/u.test(token.text)) return operand;
      this.#next++;
      chainAt ??= token.at;
      operand = { kind: "field", of: operand, name: token.text.slice(1), at: chainAt };
    }
  }

  #term({ text: token, at }: Token): Operand {
    if (token === "(") {
      if (++this.#depth > MAX_DEPTH) throw templateError("nested too deeply");
      const pipe = this.#pipeline();
      this.#depth--;
      if (this.#tokens[this.#next++]?.text !== ")") throw templateError("unclosed left paren");
      return { kind: "group", pipe, at };
    }
    if (token === ".") return { kind: "dot", at };
    if (token.startsWith("$")) return { kind: "variable", name: token, at };
    if (/^\.[\p{L}_]/u.test(token))
      return { kind: "field", of: { kind: "dot", at }, name: token.slice(1), at };
    if (/^["`']/.test(token)) return { kind: "literal", value: unquote(token), token, at };
    if (/^[+-]?[\d.]/.test(token)) return { kind: "literal", value: Number(token), token, at };
    if (token === "true" || token === "false") return { kind: "literal", value: token === "true", token, at };
    if (token === "nil") return { kind: "literal", value: null, token, at };
    if (/^[\p{L}_]/u.test(token)) {
      if (!isFunction(token)) throw templateError(`function ${JSON.stringify(token)} not defined`);
      return { kind: "function", name: token, at };
    }
    throw templateError(`unexpected ${JSON.stringify(token)} in operand`);
  }

  #skipSpace(): void {
    while (this.#peek() === " ") this.#next++;
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
