// The grammar of Go's text/template as --format uses it: actions in `{{ }}` with trimming `-`, pipelines, variables, if, with,
// range, define, template, block, and the parser that turns a text into a tree.

import type { CliError } from "./cli-error.ts";
import { MAX_DEPTH, type Pipeline, parsePipeline, templateError, unquote } from "./template-pipeline.ts";

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
