import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CookieJar } from "./cookie-jar.ts";

function jarAt(time = { now: 1_000_000 }) {
  return { time, jar: new CookieJar(() => time.now) };
}

describe("CookieJar", () => {
  it("gives back what was set, longest path first, and replaces by name and path", () => {
    const { jar } = jarAt();
    jar.set("a=1; Path=/", "/");
    jar.set("b=2; Path=/shop", "/");
    jar.set("a=3; Path=/", "/elsewhere");
    expect(jar.header("/shop/cart?x=1")).toBe("b=2; a=3");
    expect(jar.header("/shopping")).toBe("a=3");
  });

  it("takes the path of the page where none is given", () => {
    const { jar } = jarAt();
    jar.set("a=1", "/one/two?q");
    expect(jar.header("/one/three")).toBe("a=1");
    expect(jar.header("/other")).toBe("");
  });

  it("forgets what has expired; Max-Age counts before Expires", () => {
    const { jar, time } = jarAt();
    jar.set("a=1; Max-Age=10; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "/");
    expect(jar.header("/")).toBe("a=1");
    time.now += 10_001;
    expect(jar.header("/")).toBe("");
    jar.set("b=1", "/");
    jar.set("b=; Max-Age=0", "/");
    expect(jar.header("/")).toBe("");
  });

  it("keeps HttpOnly cookies from scripts, both ways", () => {
    const { jar } = jarAt();
    jar.set("a=1; HttpOnly", "/");
    jar.set("b=2", "/");
    jar.set("a=stolen", "/", true);
    jar.set("c=3; HttpOnly", "/", true);
    expect(jar.header("/")).toBe("a=1; b=2");
    expect(jar.header("/", true)).toBe("b=2");
  });

  it("never gives control characters, and stays bounded, for any text", () => {
    const { jar } = jarAt();
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), fc.webPath(), (text, path) => {
        jar.set(text, path || "/");
        // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
        expect(jar.header(path || "/")).not.toMatch(/[\u0000-\u001f\u007f]/);
      }),
    );
    for (let count = 0; count < 1000; count++) jar.set(`n${count}=1; Path=/`, "/");
    expect(jar.header("/").split("; ").length).toBeLessThanOrEqual(200);
  });
});
