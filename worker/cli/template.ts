// Runs a parsed template over a value. Fields are looked up in objects (JSON, or a list's row); a function found there is
// called as Go calls a method. Unknown fields are errors, as they are for Docker's own types.

import { CliError } from "./cli-error.ts";
import { callFunction, FunctionFailure } from "./template-functions.ts";
import { commandText, type Operand, operandText, type Pipeline } from "./template-pipeline.ts";
import { type Node, type ParsedTemplate, parseTemplate } from "./template-syntax.ts";
import { formatValue, isTrue } from "./template-value.ts";

export interface Template {
  /** Throws a CliError when the value has no such field or a function refuses its arguments. */
  run(value: unknown): string;
}

export interface TemplateOptions {
  /** Fields that may be absent, and what reading one gives then instead of an error. */
  readonly optional?: ReadonlyMap<string, unknown>;
  /** What Go calls the value's type; absent: it is JSON. */
  readonly goType?: string;
  /** What `json` and the other functions do in the heading of a table: give back the field's title. */
  readonly headings?: boolean;
}

const MAX_OUTPUT = 64 << 20;
/** Of templates that use others. */
const MAX_CALLS = 100;

/** Throws a CliError for a text that is no template. */
export function compileTemplate(text: string, options: TemplateOptions = {}): Template {
  const parsed = parseTemplate(text);
  return {
    run(value) {
      const runner = new TemplateRunner(text, parsed, options);
      return runner.run(value);
    },
  };
}

type Scope = { readonly name: string; value: unknown }[];

/** How `break` and `continue` leave the bodies they are in. */
type Flow = "next" | "break" | "continue";

class TemplateRunner {
  readonly #text: string;
  readonly #parsed: ParsedTemplate;
  readonly #options: TemplateOptions;
  readonly #out: string[] = [];
  #scope: Scope = [];
  /** What the whole is run on. */
  #row: unknown;
  /** The template of a definition that runs; "": the whole. */
  #running = "";
  #length = 0;
  #calls = 0;

  constructor(text: string, parsed: ParsedTemplate, options: TemplateOptions) {
    this.#text = text;
    this.#parsed = parsed;
    this.#options = options;
  }

  run(value: unknown): string {
    this.#scope = [{ name: "$", value }];
    this.#row = value;
    this.#runList(this.#parsed.nodes, value);
    return this.#out.join("");
  }

  #runList(nodes: readonly Node[], dot: unknown): Flow {
    const depth = this.#scope.length;
    for (const node of nodes) {
      const flow = this.#runNode(node, dot);
      if (flow !== "next") {
        this.#scope.length = depth;
        return flow;
      }
    }
    this.#scope.length = depth;
    return "next";
  }

  #runNode(node: Node, dot: unknown): Flow {
    switch (node.kind) {
      case "text":
        this.#write(node.text);
        return "next";
      case "action": {
        const value = this.#evaluate(node.pipe, dot);
        if (node.pipe.variables.length === 0) this.#write(formatValue(value));
        return "next";
      }
      case "if":
      case "with":
        return this.#runBranch(node, dot);
      case "range":
        return this.#runRange(node, dot);
      case "template":
        this.#runTemplate(node, dot);
        return "next";
      default:
        return node.kind;
    }
  }

  #runBranch(node: Extract<Node, { pipe: Pipeline; body: readonly Node[] }>, dot: unknown): Flow {
    const depth = this.#scope.length;
    const value = this.#evaluate(node.pipe, dot);
    const inner = node.kind === "with" ? value : dot;
    const flow = isTrue(value) ? this.#runList(node.body, inner) : this.#runList(node.otherwise, dot);
    this.#scope.length = depth;
    return flow;
  }

  /** In a scope of its own. */
  #runTemplate({ name, pipe, at, text }: Extract<Node, { kind: "template" }>, dot: unknown): void {
    const nodes = this.#parsed.defined.get(name);
    if (nodes === undefined)
      throw this.#failure(`template ${JSON.stringify(name)} not defined`, at, `{{${text}}}`);
    if (++this.#calls > MAX_CALLS)
      throw new CliError("template parsing error: template: :1: exceeded maximum template depth");
    const value = pipe === undefined ? undefined : this.#evaluate(pipe, dot);
    const [outer, running] = [this.#scope, this.#running];
    this.#scope = [{ name: "$", value }];
    this.#running = name;
    this.#runList(nodes, value);
    this.#scope = outer;
    this.#running = running;
    this.#calls--;
  }

  #runRange(node: Extract<Node, { pipe: Pipeline; body: readonly Node[] }>, dot: unknown): Flow {
    const depth = this.#scope.length;
    const value = this.#evaluate({ ...node.pipe, variables: [] }, dot);
    const entries = entriesOf(value);
    for (const [key, item] of entries) {
      this.#declareRange(node.pipe.variables, key, item);
      const flow = this.#runList(node.body, item);
      this.#scope.length = depth;
      if (flow === "break") break;
    }
    return entries.length === 0 ? this.#runList(node.otherwise, dot) : "next";
  }

  #declareRange(variables: readonly string[], key: unknown, item: unknown): void {
    const [first, second] = variables;
    if (first !== undefined) this.#scope.push({ name: first, value: second === undefined ? item : key });
    if (second !== undefined) this.#scope.push({ name: second, value: item });
  }

  #evaluate(pipe: Pipeline, dot: unknown): unknown {
    let value: unknown;
    pipe.commands.forEach((command, index) => {
      value = this.#evaluateCommand(command, dot, index === 0 ? [] : [value]);
    });
    for (const name of pipe.variables) this.#setVariable(name, value, pipe.assigns);
    return value;
  }

  #evaluateCommand(command: readonly Operand[], dot: unknown, piped: readonly unknown[]): unknown {
    const [head, ...rest] = command;
    const args = () => [...rest.map((operand) => this.#operand(operand, dot)), ...piped];
    if (head!.kind === "function") {
      const name = (head as { name: string }).name;
      if (name === "and" || name === "or") return this.#logical(name, rest, piped, dot);
      return this.#call(name, args(), command);
    }
    if (head!.kind === "field") return this.#chain(head!, dot, args());
    const given = args();
    if (given.length > 0)
      throw new CliError("template parsing error: can't give argument to non-function", 1);
    return this.#operand(head!, dot);
  }

  /** The first argument that decides; the others are not looked at. */
  #logical(
    name: "and" | "or",
    operands: readonly Operand[],
    piped: readonly unknown[],
    dot: unknown,
  ): unknown {
    let value: unknown;
    for (const operand of operands) {
      value = this.#operand(operand, dot);
      if (isTrue(value) === (name === "or")) return value;
    }
    return piped.length > 0 ? piped[0] : value;
  }

  #operand(operand: Operand, dot: unknown): unknown {
    switch (operand.kind) {
      case "literal":
        return operand.value;
      case "dot":
        return dot;
      case "variable":
        return this.#variable(operand.name);
      case "function":
        return this.#call(operand.name, [], [operand]);
      case "group":
        return this.#evaluate(operand.pipe, dot);
      case "field":
        return this.#chain(operand, dot, []);
    }
  }

  #call(name: string, args: readonly unknown[], command: readonly Operand[]): unknown {
    try {
      return callFunction(name, args, this.#options.headings === true);
    } catch (error) {
      if (!(error instanceof FunctionFailure)) throw error;
      const { argument } = error;
      const blamed = argument && command[1 + args.indexOf(argument.value)];
      if (!blamed) throw this.#failure(error.message, command[0]!.at, commandText(command));
      const reason =
        blamed.kind === "literal"
          ? `expected ${argument.expected === "int" ? "integer" : argument.expected}; found ${blamed.token}`
          : error.message;
      throw this.#failure(reason, blamed.at, operandText(blamed));
    }
  }

  /** Fields of fields: what fails in one of them is told of the whole. */
  #chain(operand: Extract<Operand, { kind: "field" }>, dot: unknown, args: readonly unknown[]): unknown {
    const names: string[] = [];
    let base: Operand = operand;
    for (; base.kind === "field"; base = base.of) names.unshift(base.name);
    const fail = (reason: string) => this.#failure(reason, operand.at, operandText(operand));
    let value = this.#operand(base, dot);
    for (const [index, name] of names.entries())
      value = this.#field(value, name, index === names.length - 1 ? args : [], fail);
    return value;
  }

  #field(
    target: unknown,
    name: string,
    args: readonly unknown[],
    fail: (reason: string) => CliError,
  ): unknown {
    if (target === null || target === undefined)
      throw fail(`nil data; no entry for key ${JSON.stringify(name)}`);
    if (typeof target !== "object") throw fail(`can't evaluate field ${name} in type ${typeof target}`);
    if (!Object.hasOwn(target, name)) {
      if (this.#options.optional?.has(name)) return this.#options.optional.get(name);
      const { goType } = this.#options;
      throw fail(
        goType !== undefined && target === this.#row
          ? `can't evaluate field ${name} in type ${goType}`
          : `map has no entry for key ${JSON.stringify(name)}`,
      );
    }
    const value = (target as Record<string, unknown>)[name];
    if (typeof value === "function") return (value as (...args: readonly unknown[]) => unknown)(...args);
    if (args.length > 0) throw fail(`${name} has arguments but cannot be invoked as function`);
    return value;
  }

  /** `at`: from the text's start; Go tells the line and the place in it. */
  #failure(reason: string, at: number, what: string): CliError {
    const before = new TextEncoder().encode(this.#text.slice(0, at));
    const lineStart = before.lastIndexOf(10) + 1;
    const line = 1 + before.reduce((lines, byte) => lines + (byte === 10 ? 1 : 0), 0);
    return new CliError(
      `template parsing error: template: :${line}:${before.length - lineStart}: executing ${JSON.stringify(this.#running)} at <${what}>: ${reason}`,
    );
  }

  #variable(name: string): unknown {
    const found = this.#scope.findLast((variable) => variable.name === name);
    if (found === undefined)
      throw new CliError(`template parsing error: template: :1: undefined variable "${name}"`, 64);
    return found.value;
  }

  #setVariable(name: string, value: unknown, assigns: boolean): void {
    const found = assigns ? this.#scope.findLast((variable) => variable.name === name) : undefined;
    if (found !== undefined) found.value = value;
    else if (assigns)
      throw new CliError(`template parsing error: template: :1: undefined variable "${name}"`, 64);
    else this.#scope.push({ name, value });
  }

  #write(text: string): void {
    this.#length += text.length;
    if (this.#length > MAX_OUTPUT) throw new CliError("template parsing error: its output is over 64 MiB");
    this.#out.push(text);
  }
}

function entriesOf(value: unknown): [unknown, unknown][] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value.map((item, index) => [index, item]);
  if (typeof value === "number" && Number.isInteger(value))
    return Array.from({ length: Math.max(0, Math.min(value, 1_000_000)) }, (_, index) => [index, index]);
  if (typeof value !== "object")
    throw new CliError(`template parsing error: range can't iterate over ${String(value)}`);
  return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
}
