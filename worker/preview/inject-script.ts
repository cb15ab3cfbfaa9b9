// Puts one script element into an HTML page on its way to a preview: where the head begins, so that it runs before the page's own
// scripts. The page stays a stream; only its first bytes are held back until that place is known.

import { concatBytes } from "../base/streams.ts";

/** So far into the page the head is looked for. */
const SEARCH_BYTES = 65_536;

/** `script` is ASCII. Pages in an encoding that ASCII is no part of (UTF-16) are passed on as they are. */
export function injectScript(script: string): TransformStream<Uint8Array, Uint8Array> {
  let held: Uint8Array[] | undefined = [];
  const insert = new TextEncoder().encode(script);
  const release = (
    bytes: Uint8Array,
    place: number | undefined,
    controller: TransformStreamDefaultController<Uint8Array>,
  ) => {
    held = undefined;
    if (place === undefined) {
      if (bytes.byteLength > 0) controller.enqueue(bytes);
      return;
    }
    controller.enqueue(concatBytes([bytes.subarray(0, place), insert, bytes.subarray(place)]));
  };
  return new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      if (held === undefined) return controller.enqueue(chunk);
      held.push(chunk);
      const bytes = concatBytes(held);
      held = [bytes];
      const place = placeOf(bytes, bytes.byteLength >= SEARCH_BYTES);
      if (place !== "unknown") release(bytes, place, controller);
    },
    flush(controller) {
      if (held === undefined) return;
      const bytes = concatBytes(held);
      const place = placeOf(bytes, true);
      release(bytes, place === "unknown" ? undefined : place, controller);
    },
  });
}

/** Where to insert; `unknown` until more has come, unless this is all; undefined: nowhere. */
function placeOf(bytes: Uint8Array, isAll: boolean): number | "unknown" | undefined {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff) || bytes.includes(0))
    return undefined;
  let text = "";
  for (const byte of bytes.subarray(0, SEARCH_BYTES)) text += String.fromCharCode(byte);
  const blank = text.replace(/<!--[\s\S]*?(?:-->|$)/g, (comment) => " ".repeat(comment.length));
  const head = /<head(?:\s[^>]*)?>/i.exec(blank);
  if (head !== null) return head.index + head[0].length;
  // Without a head of its own, the first thing of a page that is not before a head stands for its beginning.
  const other = /<(?!(?:!doctype|html|head|\/)[\s>/]|!|\?)[a-z][^\s>/]*[\s>/]/i.exec(blank);
  if (other !== null) return other.index;
  if (!isAll) return "unknown";
  const before = /^(?:\s|<!doctype[^>]*>|<html(?:\s[^>]*)?>)*/i.exec(blank);
  return before?.[0].length ?? 0;
}
