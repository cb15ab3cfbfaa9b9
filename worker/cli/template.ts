// Runs a parsed template over a value. Fields are looked up in objects (JSON, or a list's row); a function found there is
// called as Go calls a method. Unknown fields are errors, as they are for Docker's own types.

import { CliError } from "./cli-error.ts";
import { callFunction } from "./template-functions.ts";
import { type Node, type Operand, type Pipeline, parseTemplate } from "./template-syntax.ts";
import { formatValue, isTrue } from "./template-value.ts";

export interface Template {
  /** Throws a CliError when the value has no such field or a function refuses its arguments. */
  run(value: unknown): string;
}

export interface TemplateOptions {
  /** Fields that may be absent, and what reading one gives then instead of an error. */
  readonly optional?: ReadonlyMap<string, unknown>;
  /** What `json` and the other functions do in the heading of a table: give back the field's title. */
  readonly headings?: boolean;
}

const MAX_OUTPUT = 64 << 20;

/** Throws a CliError for a text that is no template. */
export function compileTemplate(text: string, options: TemplateOptions = {}): Template {
  const nodes = parseTemplate(text);
  return {
    run(value) {
      const runner = new TemplateRunner(value, options);
      return runner.run(nodes);
    },
  };
}

type Scope = { readonly name: string; value: unknown }[];

/** How `break` and `continue` leave the bodies they are in. */
type Flow = "next" | "break" | "continue";

class TemplateRunner {
  readonly #options: TemplateOptions;
  readonly #scope: Scope;
  readonly #out: string[] = [];
  #length = 0;

  constructor(root: unknown, options: TemplateOptions) {
    this.#options = options;
    this.#scope = [{ name: "$", value: root }];
  }

  run(nodes: readonly Node[]): string {
    this.#runList(nodes, this.#scope[0]!.value);
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
      return callFunction(name, args(), this.#options.headings === true);
    }
    if (head!.kind === "field") {
      const target = this.#operand(head!.of, dot);
      return this.#field(target, head!.name, args());
    }
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
        return callFunction(operand.name, [], this.#options.headings === true);
      case "group":
        return this.#evaluate(operand.pipe, dot);
      case "field":
        return this.#field(this.#operand(operand.of, dot), operand.name, []);
    }
  }

  #field(target: unknown, name: string, args: readonly unknown[]): unknown {
    if (target === null || target === undefined)
      throw failure(`nil data; no entry for key ${JSON.stringify(name)}`, name);
    if (typeof target !== "object")
      throw failure(`can't evaluate field ${name} in type ${typeof target}`, name);
    if (!Object.hasOwn(target, name)) {
      if (this.#options.optional?.has(name)) return this.#options.optional.get(name);
      throw failure(`map has no entry for key ${JSON.stringify(name)}`, name);
    }
    const value = (target as Record<string, unknown>)[name];
    if (typeof value === "function") return (value as (...args: readonly unknown[]) => unknown)(...args);
    if (args.length > 0) throw failure(`${name} has arguments but cannot be invoked as function`, name);
    return value;
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

function failure(reason: string, field: string): CliError {
  return new CliError(`template parsing error: template: :1: executing "" at <.${field}>: ${reason}`);
}
