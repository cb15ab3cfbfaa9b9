// The command line's grammar, that of spf13/pflag: `--name value`, `--name=value`, `-n value`, `-nvalue`, `-n=value`, clusters of
// one-letter switches, `--` ends the flags. A command's flags are a table; parsing, --help and completion all read it.

import { CliError } from "./cli-error.ts";
import { type FlagType, isRepeated, parseFlagValue } from "./flag-value.ts";

export interface FlagSpec {
  readonly name: string;
  /** One letter. */
  readonly short?: string;
  readonly type: FlagType;
  /** Its line in --help; may have line breaks. */
  readonly help: string;
  /** As text; a bool's is false, a number's 0, the others' empty. */
  readonly default?: string;
  /** What --help says of it: `(default ...)`, when it differs from `default` or that one is not to be shown. */
  readonly defaultHelp?: string;
  /** Refuses a value by throwing an Error with the reason; may return another spelling of it. */
  readonly check?: (text: string) => string;
  /** Not listed by --help. */
  readonly hidden?: boolean;
  /** Replaces the type's name in --help. */
  readonly typeHelp?: string;
}

/** A row of a flag table; `names` as --help prints them: `-e, --env` or `--rm`. */
export function flag(
  names: string,
  type: FlagType,
  help: string,
  more: Omit<FlagSpec, "name" | "short" | "type" | "help"> = {},
): FlagSpec {
  const parts = /^(?:-(.), )?--(.+)$/.exec(names);
  if (parts === null) throw new TypeError(`not a flag: ${names}`);
  const short = parts[1] === undefined ? {} : { short: parts[1] };
  return { name: parts[2]!, ...short, type, help, ...more };
}

/** What the flags of one command line say. Asking for a flag that the table does not have is a mistake of ours and throws. */
export class FlagValues {
  readonly #specs: ReadonlyMap<string, FlagSpec>;
  readonly #given = new Map<string, (boolean | number | string)[]>();

  constructor(specs: readonly FlagSpec[]) {
    this.#specs = new Map(specs.map((spec) => [spec.name, spec]));
  }

  add(name: string, value: boolean | number | string): void {
    const values = this.#given.get(name);
    if (values === undefined) this.#given.set(name, [value]);
    else values.push(value);
  }

  /** Whether the command has such a flag at all. */
  isKnown(name: string): boolean {
    return this.#specs.has(name);
  }

  wasSet(name: string): boolean {
    return this.#given.has(name);
  }

  isOn(name: string): boolean {
    return this.#last(name) === true;
  }

  text(name: string): string {
    return String(this.#last(name));
  }

  /** Bytes, nanoseconds, billionths of a processor, or the number itself. */
  number(name: string): number {
    return Number(this.#last(name));
  }

  /** Undefined when it was not given. */
  optionalNumber(name: string): number | undefined {
    return this.wasSet(name) ? this.number(name) : undefined;
  }

  list(name: string): string[] {
    this.#spec(name);
    return (this.#given.get(name) ?? []).map(String);
  }

  #last(name: string): boolean | number | string {
    const spec = this.#spec(name);
    const given = this.#given.get(name)?.at(-1);
    if (given !== undefined) return given;
    if (spec.default !== undefined) return parseFlagValue(spec.type, spec.default);
    return spec.type === "bool" ? false : spec.type === "string" || isRepeated(spec.type) ? "" : 0;
  }

  #spec(name: string): FlagSpec {
    const spec = this.#specs.get(name);
    if (spec === undefined) throw new TypeError(`no flag --${name} in this command`);
    return spec;
  }
}

export interface ParsedCommandLine {
  readonly flags: FlagValues;
  readonly positional: readonly string[];
  /** -h or --help was there. */
  readonly wantsHelp: "no" | "long" | "short";
}

/** `interspersed`: flags may follow the first word that is none. Throws a CliError (exit code 125) in pflag's words. */
export function parseFlags(
  specs: readonly FlagSpec[],
  words: readonly string[],
  options: { readonly interspersed: boolean },
): ParsedCommandLine {
  const parser = new FlagParser(specs, words, options.interspersed);
  return parser.parse();
}

class FlagParser {
  readonly #words: readonly string[];
  readonly #interspersed: boolean;
  readonly #long: ReadonlyMap<string, FlagSpec>;
  readonly #short: ReadonlyMap<string, FlagSpec>;
  readonly #flags: FlagValues;
  readonly #positional: string[] = [];
  #next = 0;
  #help: "no" | "long" | "short" = "no";

  constructor(specs: readonly FlagSpec[], words: readonly string[], interspersed: boolean) {
    this.#words = words;
    this.#interspersed = interspersed;
    this.#long = new Map(specs.map((spec) => [spec.name, spec]));
    this.#short = new Map(specs.flatMap((spec) => (spec.short === undefined ? [] : [[spec.short, spec]])));
    this.#flags = new FlagValues(specs);
  }

  parse(): ParsedCommandLine {
    while (this.#next < this.#words.length && this.#help === "no") {
      const word = this.#words[this.#next++]!;
      if (word === "--") {
        this.#positional.push(...this.#words.slice(this.#next));
        break;
      }
      if (word.startsWith("--")) this.#parseLong(word);
      else if (word.startsWith("-") && word.length > 1) this.#parseCluster(word);
      else {
        this.#positional.push(word);
        if (!this.#interspersed) {
          this.#positional.push(...this.#words.slice(this.#next));
          break;
        }
      }
    }
    return { flags: this.#flags, positional: this.#positional, wantsHelp: this.#help };
  }

  #parseLong(word: string): void {
    const equals = word.indexOf("=");
    const name = equals < 0 ? word.slice(2) : word.slice(2, equals);
    if (name === "" || name.startsWith("-")) throw new CliError(`bad flag syntax: ${word}`, 125);
    const spec = this.#long.get(name);
    if (spec === undefined) {
      if (name !== "help") throw new CliError(`unknown flag: --${name}`, 125);
      if (equals < 0 || parseFlagValue("bool", word.slice(equals + 1)) === true) this.#help = "long";
      return;
    }
    if (equals >= 0) this.#set(spec, word.slice(equals + 1));
    else if (spec.type === "bool") this.#set(spec, "true");
    else if (this.#next < this.#words.length) this.#set(spec, this.#words[this.#next++]!);
    else throw new CliError(`flag needs an argument: --${name}`, 125);
  }

  #parseCluster(word: string): void {
    let rest = word.slice(1);
    while (rest !== "") {
      const letter = String.fromCodePoint(rest.codePointAt(0)!);
      const spec = this.#short.get(letter);
      rest = rest.slice(letter.length);
      if (spec === undefined) {
        if (letter !== "h")
          throw new CliError(`unknown shorthand flag: ${quoteRune(letter)} in ${word}`, 125);
        this.#help = "short";
        return;
      }
      if (rest.startsWith("=") && rest.length > 1) {
        this.#set(spec, rest.slice(1));
        return;
      }
      if (spec.type === "bool") this.#set(spec, "true");
      else if (rest !== "") {
        this.#set(spec, rest);
        return;
      } else if (this.#next < this.#words.length) {
        this.#set(spec, this.#words[this.#next++]!);
        return;
      } else throw new CliError(`flag needs an argument: ${quoteRune(letter)} in ${word}`, 125);
    }
  }

  #set(spec: FlagSpec, text: string): void {
    const values = spec.type === "strings" ? splitCommas(text) : [text];
    for (const value of values) {
      try {
        const checked = spec.check === undefined ? value : spec.check(value);
        this.#flags.add(spec.name, parseFlagValue(spec.type, checked));
      } catch (error) {
        const flag = spec.short === undefined ? `--${spec.name}` : `-${spec.short}, --${spec.name}`;
        const reason = error instanceof Error ? error.message : String(error);
        throw new CliError(`invalid argument ${JSON.stringify(text)} for "${flag}" flag: ${reason}`, 125);
      }
    }
  }
}

function quoteRune(letter: string): string {
  return letter === "'" || letter === "\\" ? `'\\${letter}'` : `'${letter}'`;
}

/** One line of comma-separated values; a value in double quotes may hold commas (RFC 4180). */
export function splitCommas(text: string): string[] {
  const values: string[] = [];
  let rest = text;
  for (;;) {
    const quoted = /^"((?:[^"]|"")*)"(?=,|$)/.exec(rest);
    const length = quoted === null ? (rest.indexOf(",") + 1 || rest.length + 1) - 1 : quoted[0].length;
    values.push(quoted === null ? rest.slice(0, length) : quoted[1]!.replaceAll('""', '"'));
    if (length >= rest.length) return values;
    rest = rest.slice(length + 1);
  }
}
