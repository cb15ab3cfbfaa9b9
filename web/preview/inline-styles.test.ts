import { describe, expect, it } from "vitest";
import { inlineStyles } from "./inline-styles.ts";

const BASE = new URL("https://p80.invalid/css/site.css");
const inline = (css: string) =>
  inlineStyles(css, BASE, async ({ host, pathname }) =>
    host === BASE.host ? `data:,${pathname}` : undefined,
  );

describe("inlineStyles()", () => {
  it("replaces addresses of the server, however they are written", async () => {
    expect(
      await inline(`a { background: url(../a.png) } b { src: url( "b.woff" ) } i { c: URL('/c') }`),
    ).toBe(
      `a { background: url("data:,/a.png") } b { src: url("data:,/css/b.woff") } i { c: url("data:,/c") }`,
    );
  });

  it("follows imports", async () => {
    expect(await inline(`@import "x.css" screen; @import url(y.css);`)).toBe(
      `@import url("data:,/css/x.css") screen; @import url("data:,/css/y.css");`,
    );
  });

  it("leaves what is another site's, data and names within the page", async () => {
    const css = `a { b: url(https://other.example/a.png); c: url(data:,x); d: url(#mask) }`;
    expect(await inline(css)).toBe(css);
  });
});
