// A page of a server as one document: styles, scripts and pictures are put into it as data: URLs, since a frame without an origin has no
// service worker that could answer for them.

import { type Inlined, inlineStyles } from "./inline-styles.ts";
import { CLIENT_PATH } from "./preview-protocol.ts";

/** Set by the build: the script of sandboxed-client.ts. */
declare const CLIENT_SCRIPT: string;

const MAX_IMPORT_DEPTH = 4;

/** Elements with an address that the browser would fetch at once. */
const PARTS: readonly (readonly [selector: string, attribute: string])[] = [
  ["script[src]", "src"],
  ['link[rel~="stylesheet"][href]', "href"],
  ['link[rel~="icon"][href]', "href"],
  ["img[src]", "src"],
  ["input[type=image][src]", "src"],
  ["audio[src], video[src], source[src], track[src]", "src"],
  ["video[poster]", "poster"],
];

/** What is at an address; undefined: it is another site's, or cannot be had. */
export type Fetched = (url: URL) => Promise<Blob | undefined>;

/** `place`: the page's own address. What is no HTML is shown as the browser would: pictures as such, the rest as text. */
export async function wholeDocument(
  content: Blob,
  place: URL,
  fetched: Fetched,
): Promise<{ readonly html: string; readonly title: string }> {
  const page = /^\s*(?:text\/html|application\/xhtml\+xml)\b/i.test(content.type)
    ? new DOMParser().parseFromString(await content.text(), "text/html")
    : await asPage(content);
  // Every page that is opened is given this one, which needs an origin of its own.
  page.querySelector(`script[src="${CLIENT_PATH}"]`)?.remove();
  const base = baseOf(page, place);
  const inlined = partsOf(fetched);
  const work: Promise<void>[] = [];
  for (const [selector, attribute] of PARTS)
    for (const part of page.querySelectorAll(selector)) {
      const address = part.getAttribute(attribute)!;
      if (/^(?:data:|#)/.test(address) || !URL.canParse(address, base)) continue;
      // Of the contents that it has now, which its server may have signed differently.
      part.removeAttribute("integrity");
      const put = (data: string | undefined) => data && part.setAttribute(attribute, data);
      work.push(
        inlined(new URL(address, base))
          .then(put)
          .then(() => {}),
      );
    }
  for (const style of page.querySelectorAll("style"))
    work.push(
      inlineStyles(style.textContent, base, inlined).then((css) => {
        style.textContent = css;
      }),
    );
  await Promise.all(work);
  for (const picture of page.querySelectorAll("[srcset]")) picture.removeAttribute("srcset");
  for (const policy of page.querySelectorAll('meta[http-equiv="Content-Security-Policy" i]')) policy.remove();
  const client = page.createElement("script");
  client.textContent = CLIENT_SCRIPT;
  const ownBase = page.createElement("base");
  ownBase.href = base.href;
  for (const other of page.querySelectorAll("base")) other.remove();
  page.head.prepend(ownBase, client);
  const mode = page.compatMode === "BackCompat" ? "" : "<!doctype html>\n";
  return { html: mode + page.documentElement.outerHTML, title: page.title };
}

/** Each address is fetched once. */
function partsOf(fetched: Fetched): Inlined {
  const known = new Map<string, Promise<string | undefined>>();
  const read = async (url: URL, depth: number): Promise<string | undefined> => {
    const content = await fetched(url);
    if (content === undefined) return undefined;
    if (!/^\s*text\/css\b/i.test(content.type)) return dataUrl(content);
    const deeper: Inlined = async (other) => (depth < MAX_IMPORT_DEPTH ? read(other, depth + 1) : undefined);
    return dataUrl(new Blob([await inlineStyles(await content.text(), url, deeper)], { type: content.type }));
  };
  return (url) => {
    const key = url.href.split("#", 1)[0]!;
    if (!known.has(key)) known.set(key, read(url, 0));
    return known.get(key)!;
  };
}

function baseOf(page: Document, place: URL): URL {
  const own = page.querySelector("base[href]")?.getAttribute("href");
  return own !== null && own !== undefined && URL.canParse(own, place) ? new URL(own, place) : place;
}

async function asPage(content: Blob): Promise<Document> {
  const page = document.implementation.createHTMLDocument("");
  if (/^\s*image\//i.test(content.type)) {
    const picture = page.createElement("img");
    picture.src = await dataUrl(content);
    page.body.append(picture);
  } else {
    const text = page.createElement("pre");
    text.textContent = await content.text();
    page.body.append(text);
  }
  return page;
}

function dataUrl(content: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(content);
  });
}
