// What programs of the machine may reach outside: words of the deployer's that the build wrote into the page, and a relay that the visitor chose.

import type { OutsideChoice } from "../../worker/rpc/protocol.ts";

/**
 * "": HTTP by the browser's fetch, but for the page's own host. `own-host`: that too. `off`: nothing. `wss://…`: everything that is TCP, by a relay
 * that speaks wisp. Words that are none of these are passed over. `ownRelay`: the
 * visitor's, "" for none.
 */
export function parseOutsideChoice(text: string, ownRelay = ""): OutsideChoice {
  const words = text.split(/\s+/).filter((word) => word !== "");
  const relay = isRelay(ownRelay) ? ownRelay : words.find(isRelay);
  return {
    fetch: !words.includes("off"),
    ownHost: words.includes("own-host"),
    ...(relay !== undefined && { relay }),
  };
}

export function isRelay(text: string): boolean {
  return /^wss?:\/\//.test(text) && URL.canParse(text);
}

export function outsideChoice(ownRelay: string): OutsideChoice {
  const words = document.querySelector<HTMLMetaElement>('meta[name="slipway-outside"]')?.content ?? "";
  return parseOutsideChoice(words, ownRelay);
}
