import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CliError } from "./cli-error.ts";
import { flag, parseFlags, splitCommas } from "./flags.ts";

const SPECS = [
  flag("-i, --interactive", "bool", ""),
  flag("-t, --tty", "bool", ""),
  flag("-d, --detach", "bool", ""),
  flag("-p, --publish", "list", ""),
  flag("-e, --env", "list", ""),
  flag("-m, --memory", "bytes", ""),
  flag("--name", "string", ""),
  flag("--cpus", "decimal", ""),
  flag("--opt", "strings", ""),
  flag("-n, --count", "int", "", { default: "-1" }),
  flag("--sig-proxy", "bool", "", { default: "true" }),
];

function parse(line: string | readonly string[], interspersed = true) {
  return parseFlags(SPECS, typeof line === "string" ? line.split(" ") : line, { interspersed });
}

describe("parseFlags()", () => {
  it("takes clusters, values joined, after = and after a space", () => {
    const { flags, positional } = parse("-itd -p80:80 -p=81:81 -p 82:82 -ite=A=1 --name=x --env B=2 image");
    expect(flags.isOn("interactive") && flags.isOn("tty") && flags.isOn("detach")).toBe(true);
    expect(flags.list("publish")).toEqual(["80:80", "81:81", "82:82"]);
    expect(flags.list("env")).toEqual(["A=1", "B=2"]);
    expect(flags.text("name")).toBe("x");
    expect(positional).toEqual(["image"]);
  });

  it("gives defaults, and knows what was set", () => {
    const { flags } = parse("--sig-proxy=false -m 1.5k --cpus .5");
    expect(flags.isOn("sig-proxy")).toBe(false);
    expect(flags.number("memory")).toBe(1536);
    expect(flags.number("cpus")).toBe(5e8);
    expect(flags.number("count")).toBe(-1);
    expect(flags.wasSet("count")).toBe(false);
    expect(flags.list("env")).toEqual([]);
  });

  it("stops at the first word, or at --, when told so", () => {
    expect(parse("-i image -t sh", false).positional).toEqual(["image", "-t", "sh"]);
    expect(parse("image -t sh").positional).toEqual(["image", "sh"]);
    expect(parse("a -- -t").positional).toEqual(["a", "-t"]);
    expect(parse("-i -").positional).toEqual(["-"]);
  });

  it("splits lists with commas and quotes", () => {
    expect(parse(["--opt", 'a,"b,c",d', "--opt=e"]).flags.list("opt")).toEqual(["a", "b,c", "d", "e"]);
    expect(splitCommas('x,"say ""hi""",')).toEqual(["x", 'say "hi"', ""]);
  });

  it.each([
    ["--nope", "unknown flag: --nope"],
    ["-ix", "unknown shorthand flag: 'x' in -ix"],
    ["--name", "flag needs an argument: --name"],
    ["-ip", "flag needs an argument: 'p' in -ip"],
    ["---", "bad flag syntax: ---"],
    ["--=x", "bad flag syntax: --=x"],
    ["-m x", 'invalid argument "x" for "-m, --memory" flag: invalid size: \'x\''],
    ["--tty=2", 'invalid argument "2" for "-t, --tty" flag: strconv.ParseBool: parsing "2": invalid syntax'],
  ])("refuses %s with code 125", (line, message) => {
    expect(() => parse(line)).toThrow(expect.objectContaining({ message, exitCode: 125 }));
  });

  it("asks for help with -h and --help", () => {
    expect(parse("--help --nope").wantsHelp).toBe("long");
    expect(parse("-h").wantsHelp).toBe("short");
  });

  it("never fails but with a CliError, and keeps every word after --", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.constantFrom("-i", "-p", "--name", "--", "-m=1", "--env=x"))),
        fc.array(fc.string()),
        (words, rest) => {
          // With a word before --, since the last flag may want a value.
          try {
            const { positional, wantsHelp } = parse([...words, "value", "--", ...rest]);
            if (wantsHelp === "no") expect(positional.slice(positional.length - rest.length)).toEqual(rest);
          } catch (error) {
            expect(error).toBeInstanceOf(CliError);
          }
        },
      ),
    );
  });

  it("gives back any value it was given, in every spelling", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (value) => {
        expect(parse(["--env", value]).flags.list("env")).toEqual([value]);
        expect(parse([`--env=${value}`]).flags.list("env")).toEqual([value]);
        expect(parse([`-e=${value}`]).flags.list("env")).toEqual([value]);
      }),
    );
  });
});
