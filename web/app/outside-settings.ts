// The part of the settings about the way out of the machine: a relay of the visitor's own choice.

import type { OutsideChoice } from "../../worker/rpc/protocol.ts";
import { element } from "./element.ts";
import { message } from "./messages.ts";
import { isRelay, outsideChoice } from "./outside-choice.ts";
import type { PreferenceStore } from "./preferences.ts";

export function outsideSettings(preferences: PreferenceStore): HTMLElement {
  const input = element("input", {
    id: "relay",
    type: "url",
    placeholder: "wss://",
    spellcheck: "false",
    autocomplete: "off",
    "aria-describedby": "relay-hint relay-status",
    value: preferences.current.relay,
  });
  const status = element("p", { id: "relay-status", role: "status" });
  input.addEventListener("change", () => {
    const relay = input.value.trim();
    const isGood = relay === "" || isRelay(relay);
    input.setAttribute("aria-invalid", String(!isGood));
    status.textContent = message(isGood ? "outside.saved" : "outside.invalid");
    if (isGood) preferences.set({ relay });
  });
  return element(
    "div",
    { class: "relay" },
    element("label", { for: "relay" }, message("outside.relay")),
    input,
    element("p", { id: "relay-hint" }, outsideHint(outsideChoice(""))),
    status,
  );
}

/** What is reached without a relay of the visitor's own, by what the site was built with. */
export function outsideHint({ fetch, relay }: OutsideChoice): string {
  if (relay !== undefined) return message("outside.bySiteRelay", { relay: new URL(relay).host });
  return message(fetch ? "outside.byFetch" : "outside.byNothing");
}
