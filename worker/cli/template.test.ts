import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CliError } from "./cli-error.ts";
import { compileTemplate } from "./template.ts";

const VALUE = {
  Name: "web",
  State: { Running: true, Pid: 7, Health: null },
  List: ["a", "b", "c"],
  Empty: [],
  Map: { y: "2", x: "1" },
  Label: (name: unknown) => `label-${String(name)}`,
};

function render(template: string, value: unknown = VALUE): string {
  return compileTemplate(template).run(value);
}

describe("compileTemplate()", () => {
  it.each([
    ["{{.Name}}", "web"],
    ["{{ .State.Pid }}-{{.State.Running}}", "7-true"],
    ["{{.List}} {{.Map}} {{.Empty}}", "[a b c] map[x:1 y:2] []"],
    ["{{json .List}} {{json .}}", `["a","b","c"] ${JSON.stringify({ ...VALUE, Label: undefined })}`],
    ['{{.Label "com.x"}}', "label-com.x"],
    ['{{join .List ", "}}|{{split "a:b" ":"}}', "a, b, c|[a b]"],
    ["{{upper .Name}} {{.Name | lower | title}}", "WEB Web"],
    [
      '{{printf "%s has %d of %v, %q %5.1f%% %-5s| %05d %t %x" .Name 3 .List "q" 2.25 "ab" 42 true 255}}',
      'web has 3 of [a b c], "q"   2.3% ab   | 00042 true ff',
    ],
    ['{{printf "%d" "x"}} {{printf "%s"}} {{printf "a" 1}}', "%!d(string=x) %!s(MISSING) a%!(EXTRA int=1)"],
    ["{{println .Name 1}}", "web 1\n"],
    ["{{len .List}} {{len .Name}} {{len .Map}}", "3 3 2"],
    ['{{index .List 1}} {{index .Map "x"}} {{index .Map "none"}}', "b 1 "],
    ["{{slice .Name 1}} {{slice .List 0 2}} {{slice .Name 0 2}}", "eb [a b] we"],
    ["{{if .State.Running}}up{{else}}down{{end}}", "up"],
    ["{{if .Empty}}some{{else if .List}}list{{else}}none{{end}}", "list"],
    ["{{if and .Name (not .Empty)}}yes{{end}}{{if or .Empty false}}no{{end}}", "yes"],
    [
      '{{if eq .Name "db" "web"}}eq{{end}}{{if ne .Name "x"}} ne{{end}}{{if gt .State.Pid 5}} gt{{end}}',
      "eq ne gt",
    ],
    ["{{range .List}}<{{.}}>{{end}}{{range .Empty}}x{{else}}none{{end}}", "<a><b><c>none"],
    ["{{range $i, $x := .List}}{{$i}}={{$x}} {{end}}", "0=a 1=b 2=c "],
    ["{{range $k, $v := .Map}}{{$k}}{{$v}}{{end}}", "x1y2"],
    ['{{range .List}}{{if eq . "b"}}{{continue}}{{end}}{{.}}{{end}}', "ac"],
    ['{{range .List}}{{if eq . "b"}}{{break}}{{end}}{{.}}{{end}}', "a"],
    ["{{with .State}}{{.Pid}}{{$.Name}}{{end}}{{with .Empty}}x{{else}}y{{end}}", "7weby"],
    ["{{$n := 0}}{{range .List}}{{$n = .}}{{end}}{{$n}}", "c"],
    ["a {{- /* words */ -}} b {{- .Name -}} \n c", "abwebc"],
    ['{{`raw "text"`}} {{"esc\\t\\"x\\""}}', 'raw "text" esc\t"x"'],
    ["{{(index .List 0) | upper}} {{(.State).Pid}}", "A 7"],
    ['{{pad "x" 1 2}}|{{truncate "abcdef" 3}}', " x  |abc"],
  ])("%s", (template, text) => {
    expect(render(template)).toBe(text);
  });

  it.each([
    [
      "{{.Nope}}",
      'template parsing error: template: :1:2: executing "" at <.Nope>: map has no entry for key "Nope"',
      1,
    ],
    [
      '{{define "T"}}{{.Nope}}{{end}}{{template "T" .State}}',
      'template parsing error: template: :1:16: executing "T" at <.Nope>: map has no entry for key "Nope"',
      1,
    ],
    ["{{.Name", "template parsing error: template: :1: unclosed action", 64],
    ["{{nope .}}", 'template parsing error: template: :1: function "nope" not defined', 64],
    ["{{if .Name}}", "template parsing error: template: :1: unexpected EOF", 64],
    ["{{end}}", "template parsing error: template: :1: unexpected {{end}}", 64],
    ["{{}}", "template parsing error: template: :1: missing value for command", 64],
    ["{{$x}}", 'template parsing error: template: :1: undefined variable "$x"', 64],
    [
      "{{upper 5}}",
      'template parsing error: template: :1:8: executing "" at <5>: expected string; found 5',
      1,
    ],
  ])("refuses %s", (template, message, exitCode) => {
    expect(() => render(template)).toThrow(expect.objectContaining({ message, exitCode }));
  });

  it("does not reach what the value inherits", () => {
    expect(() => render("{{.constructor}}")).toThrow(CliError);
    expect(() => render("{{.__proto__}}")).toThrow(CliError);
    expect(() => render("{{constructor}}")).toThrow(CliError);
  });

  it("stops at a template that nests without end", () => {
    expect(() => render("{{if .Name}}".repeat(5000))).toThrow("nested too deeply");
    expect(() => render(`{{${"(".repeat(5000)}.Name${")".repeat(5000)}}}`)).toThrow("nested too deeply");
  });

  it("prints text without actions as it is", () => {
    fc.assert(
      fc.property(
        fc.string().filter((text) => !text.includes("{{")),
        (text) => {
          expect(render(text)).toBe(text);
        },
      ),
    );
  });

  it("never fails but with a CliError", () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom(
        "{{",
        "}}",
        "{{if .Name}}",
        "{{range .List}}",
        "{{end}}",
        "{{else}}",
        ".",
        "$x",
        ":=",
        "|",
        '"',
        "`",
        "(",
        ")",
        " ",
        "{{- ",
        " -}}",
        ".State",
        "printf",
        "index",
        "1e9",
        "'a'",
        "/*",
        "*/",
      ),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        try {
          render(pieces.join(""));
        } catch (error) {
          expect(error).toBeInstanceOf(CliError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
