// Pipelines of templates: commands of operands, as they are in actions, and the parser that turns their text into a tree.

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

/** Deeper nesting than anybody writes, well within the stack. */
export const MAX_DEPTH = 100;

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

export function parsePipeline(text: string, at: number): Pipeline {
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

export function unquote(token: string): string | number {
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
