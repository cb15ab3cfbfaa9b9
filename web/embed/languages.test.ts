import { describe, expect, it } from "vitest";
import { withoutPrompts } from "./languages.ts";

describe("withoutPrompts()", () => {
  it("leaves a script alone", () => {
    const script = "# a comment\nfor i in 1 2; do\n  echo $i\ndone\n";
    expect(withoutPrompts(script)).toBe(script);
  });

  it("takes the commands of a session, without what they print", () => {
    expect(withoutPrompts("$ docker ps\nCONTAINER ID   IMAGE\n# lxc-ls\nbox\n$ echo '$ 5'\n")).toBe(
      "docker ps\nlxc-ls\necho '$ 5'",
    );
  });
});
