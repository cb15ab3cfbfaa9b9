// What the deployer lets programs of the machine reach outside: words that the build wrote into the page.

import type { OutsideChoice } from "../../worker/rpc/protocol.ts";

/**
 * "": HTTP by the browser's fetch, but for the page's own host. `own-host`: that too. `off`: nothing. `wss://…`: everything that is TCP, by a relay
 * that speaks wisp. Words that are none of these are passed over.
 */
export function parseOutsideChoice(text: string): OutsideChoice {
  const words = text.split(/\s+/).filter((word) => word !== "");
  const relay = words.find((word) => /^wss?:\/\//.test(word) && URL.canParse(word));
  return {
    fetch: !words.includes("off"),
    ownHost: words.includes("own-host"),
    ...(relay !== undefined && { relay }),
  };
}

export function outsideChoice(): OutsideChoice {
  return parseOutsideChoice(
    document.querySelector<HTMLMetaElement>('meta[name="slipway-outside"]')?.content ?? "",
  );
}
