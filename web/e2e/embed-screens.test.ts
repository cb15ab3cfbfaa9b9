// Playgrounds and code blocks in every state that a reader meets, in both colours and both browsers: they work, and axe finds nothing.

import { afterEach, describe, expect, it } from "vitest";
import { embedPages } from "./embed-host.ts";
import { builtSite } from "./site.ts";
import { type StaticServer, serveFolder } from "./static-server.ts";
import { useVisit } from "./use-visit.ts";
import { BROWSERS } from "./visit.ts";

const PATIENCE_MS = 60_000;

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <link rel="icon" href="data:," />
    <title>Every state</title>
    <style>html { background: Canvas; color: CanvasText }</style>
    <script type="module" src="https://slipway.example/embed.js"></script>
  </head>
  <body>
    <main>
      <h1>Every state</h1>
      <slipway-run id="ends"><pre><code class="language-bash">seq 1 200</code></pre></slipway-run>
      <slipway-run id="stops"><pre><code class="language-sh">echo begun; exec sleep 1000</code></pre></slipway-run>
      <slipway-run id="unknown"><pre><code class="language-cobol">STOP RUN.</code></pre></slipway-run>
      <slipway-run id="named" image="busybox" command="sort -r" label="Sorted"><pre><code>a
b
</code></pre></slipway-run>
      <slipway-playground id="plays" image="busybox" command="sh main.sh; exec sh" height="400">
        <script type="text/plain" data-file="main.sh">
for name in $(cat names.txt); do
echo "hello, $name"
done
</script>
        <script type="text/plain" data-file="names.txt">Ada</script>
      </slipway-playground>
      <slipway-playground id="empty" image="busybox"></slipway-playground>
    </main>
  </body>
</html>`;

let slipway: StaticServer | undefined;
afterEach(() => slipway?.close());

describe.each(BROWSERS)("embeds in %s", (browserName) => {
  const visit = useVisit(builtSite, browserName, { foreign: /^http:\/\/127\.0\.0\.1:/ });

  it("work, and can be read by everyone, in every state and colour", async () => {
    slipway = await serveFolder(await builtSite(), { "Access-Control-Allow-Origin": "*" });
    const pages = await embedPages({ "index.html": PAGE }, slipway.url);
    try {
      await visit.open({ server: await serveFolder(pages.folder), colors: "light" });
      await holds("note('empty').includes('has no files')");
      await look("embeds-waiting");

      await press("ends", "Run");
      await holds("state('ends') === 'Ended' && element('ends').output.endsWith('200\\n')");
      await press("named", "Run");
      await holds("state('named') === 'Ended' && element('named').output === 'b\\na\\n'");
      await press("unknown", "Run");
      await holds("state('unknown') === 'Failed' && note('unknown').includes('“cobol”')");
      await press("stops", "Run");
      await holds("element('stops').output === 'begun\\n'");
      await press("plays", "Start the playground");
      await holds("element('plays').text.includes('hello, Ada')");
      await look("embeds-running");

      await press("stops", "Stop");
      await holds("state('stops') === 'Stopped'");
      await press("plays", "names.txt");
      await visit.tab.evaluate(
        "document.querySelector('#plays').shadowRoot.querySelector('textarea').select()",
      );
      await focusEditor();
      await visit.tab.type("Grace");
      await visit.press("Tab");
      await visit.tab.type("Alan");
      await visit.press("Control+Enter");
      await holds("/hello, Grace\\s+hello, Alan/.test(element('plays').text)");
      expect(await visit.tab.evaluate("document.querySelector('#plays').files.get('names.txt')")).toBe(
        "Grace   Alan",
      );
      await focusEditor();
      await visit.press("Escape");
      await visit.press("Tab");
      await holds("element('plays').shadowRoot.activeElement?.id !== 'code'");
      await look("embeds-changed");
    } finally {
      await pages.remove();
    }
  });

  const HELPERS = `
    const element = (id) => document.getElementById(id);
    const part = (id, name) => element(id).shadowRoot?.querySelector(name)?.textContent ?? "";
    const state = (id) => part(id, ".state");
    const note = (id) => part(id, ".note");`;

  /** Until an expression over \`element\`, \`state\` and \`note\` holds. */
  const holds = (expression: string) =>
    visit.tab.until(`(() => {${HELPERS} return ${expression}; })()`, undefined, PATIENCE_MS);

  /** Within a shadow root, where Firefox's driver finds nothing by its role. */
  const press = (id: string, label: string) =>
    visit.tab.evaluate(
      ([name, text]) => {
        const buttons = document.getElementById(name)!.shadowRoot!.querySelectorAll("button");
        [...buttons].find((button) => button.textContent.trim() === text)!.click();
      },
      [id, label] as const,
    );

  const focusEditor = () =>
    visit.tab.evaluate("document.querySelector('#plays').shadowRoot.querySelector('textarea').focus()");

  /** In both colours: a picture, and what axe finds. */
  async function look(name: string): Promise<void> {
    for (const colors of ["light", "dark"]) {
      await visit.tab.evaluate((scheme) => {
        document.documentElement.style.colorScheme = scheme;
      }, colors);
      await holds(`element('plays').shadowRoot.querySelector('.frame').dataset.theme === '${colors}'`);
      await visit.picture(`${name}-${colors}`);
      expect(await visit.axe()).toEqual([]);
    }
  }
});
