// What a preview shows in place of a page that its server did not give.

import { message } from "../app/messages.ts";

/** `hint`: what can be done. As the text of an HTML document. */
export function failurePage(reason: string, hint?: string): string {
  const escaped = (text: string) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
  const title = escaped(message("preview.failed"));
  return `<!doctype html><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>${title}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:34em;margin:18vh auto 0;padding:0 24px}h1{font-size:20px}</style>
<h1>${title}</h1><p>${escaped(reason)}</p>${hint === undefined ? "" : `<p>${escaped(hint)}</p>`}`;
}
