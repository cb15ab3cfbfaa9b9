import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EngineError } from "../../base/errors.ts";
import type { ImageRunConfig } from "../image-port.ts";
import { changeConfig } from "./change-config.ts";
import { expandText, parsePairs, splitWords } from "./dockerfile-words.ts";

const BASE: ImageRunConfig = {
  user: "",
  exposedPorts: ["80/tcp"],
  env: ["PATH=/bin", "A=one"],
  entrypoint: null,
  cmd: ["sh"],
  volumes: [],
  workingDir: "/srv",
  labels: { team: "blue" },
  stopSignal: undefined,
  healthcheck: undefined,
  shell: undefined,
  onBuild: [],
};

const changed = (...changes: string[]) => changeConfig(BASE, changes);

describe("changeConfig()", () => {
  it.each<[string, Partial<ImageRunConfig>]>([
    ['CMD ["a", "b c"]', { cmd: ["a", "b c"] }],
    ["cmd echo $A", { cmd: ["/bin/sh", "-c", "echo $A"] }],
    ['ENTRYPOINT ["x"]', { entrypoint: ["x"] }],
    ['ENV A=two B="$A x" C=${MISSING:-d}', { env: ["PATH=/bin", "A=two", "B=one x", "C=d"] }],
    ["ENV LONG some text", { env: ["PATH=/bin", "A=one", "LONG=some text"] }],
    [
      "EXPOSE 80 443/tcp 53/udp 8000-8002",
      { exposedPorts: ["80/tcp", "443/tcp", "53/udp", "8000/tcp", "8001/tcp", "8002/tcp"] },
    ],
    ["LABEL a=b 'c d'=e team=red", { labels: { team: "red", a: "b", "c d": "e" } }],
    ["USER $A:5", { user: "one:5" }],
    ["WORKDIR sub/../x", { workingDir: "/srv/x" }],
    ["WORKDIR /abs", { workingDir: "/abs" }],
    ["VOLUME /a /b", { volumes: ["/a", "/b"] }],
    ['VOLUME ["/a b"]', { volumes: ["/a b"] }],
    ["STOPSIGNAL SIGINT", { stopSignal: "SIGINT" }],
    ["ONBUILD RUN x", { onBuild: ["RUN x"] }],
    ["HEALTHCHECK NONE", { healthcheck: { test: ["NONE"] } }],
    [
      "HEALTHCHECK --interval=1m30s --retries=3 CMD curl x",
      { healthcheck: { interval: 90e9, retries: 3, test: ["CMD-SHELL", "curl x"] } },
    ],
    ["CMD one \\\n two", { cmd: ["/bin/sh", "-c", "one  two"] }],
    ["# a comment\n\nUSER u", { user: "u" }],
  ])("%s", (change, expected) => {
    expect(changed(change)).toEqual({ ...BASE, ...expected });
  });

  it("applies one after another, each seeing what came before", () => {
    expect(changed("ENV X=1", "ENV Y=$X", "USER $Y").user).toBe("1");
  });

  it.each([
    ["RUN x", "RUN is not a valid change command"],
    ["frobnicate", "FROBNICATE is not a valid change command"],
    ["EXPOSE many", "invalid containerPort: many"],
    ["EXPOSE 99999", "invalid containerPort: 99999"],
    ["ENV", "ENV requires at least one argument"],
    ["ENV X", "ENV must have two arguments"],
    ["ENV =x", "ENV names can not be blank"],
    ["LABEL a=b c", 'Syntax error - can\'t find = in "c". Must be of the form: name=value'],
    ["ENV A='open", "unexpected end of statement while looking for matching single-quote"],
    ["USER a b", "USER requires exactly one argument"],
    ["HEALTHCHECK x", 'Unknown type "x" in HEALTHCHECK (try CMD)'],
    ["HEALTHCHECK CMD", "Missing command after HEALTHCHECK CMD"],
    ["HEALTHCHECK --what=1 CMD x", "unknown flag: --what"],
    ["ONBUILD ONBUILD x", "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed"],
    ["ONBUILD FROM x", "FROM isn't allowed as an ONBUILD trigger"],
  ])("refuses %s", (change, words) => {
    expect(() => changed(change)).toThrow(new EngineError("invalid-argument", words));
  });

  it("throws nothing but EngineError", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        "ENV ",
        "LABEL ",
        "CMD ",
        "EXPOSE ",
        "HEALTHCHECK ",
        "VOLUME ",
        "${A",
        "$",
        '"',
        "'",
        "\\",
        "\n",
        "[",
      ),
      fc.string({ maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 10 }), (pieces) => {
        try {
          changed(pieces.join(""));
        } catch (error) {
          expect(error).toBeInstanceOf(EngineError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe("splitWords()", () => {
  const variables = new Map([["A", "x y"]]);

  it("follows quotes, escapes and variables", () => {
    expect(splitWords(`a "b $A" '$A' c\\ d $A e"f"g "\\"\\n"`, variables)).toEqual([
      "a",
      "b x y",
      "$A",
      "c d",
      "x y",
      "efg",
      '"\\n',
    ]);
    expect(expandText("${A:+set} ${B:-un} ${B-un} ${A-no} $", variables)).toBe("set un un x y $");
    expect(() => expandText("${A:?no}", variables)).toThrow("unsupported modifier");
    expect(parsePairs("ENV", "a=1 b=2", variables)).toEqual([
      ["a", "1"],
      ["b", "2"],
    ]);
  });
});
