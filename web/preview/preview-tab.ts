// The entry of preview.html: one preview in a tab of its own, for the machine of the page that opened the tab.

import "../app/tokens.css";
import "../app/shell.css";
import "./preview.css";
import { element } from "../app/element.ts";
import { message } from "../app/messages.ts";
import { PreferenceStore } from "../app/preferences.ts";
import { Theme } from "../app/theme.ts";
import { openerBackend } from "./preview-backend.ts";
import { PreviewPane } from "./preview-pane.ts";

const wanted = new URLSearchParams(location.search);
const port = Number(wanted.get("port"));
const backend = openerBackend(wanted.get("machine") ?? "");
new Theme(new PreferenceStore(() => window.localStorage)).observe(() => {});
if (backend === undefined || !Number.isInteger(port)) {
  document.body.replaceChildren(element("p", { class: "fallback" }, message("preview.noOpener")));
} else {
  document.title = message("preview.title", { port });
  const pane = new PreviewPane(backend, {});
  pane.classList.add("alone");
  document.body.replaceChildren(pane);
  pane.open(port, wanted.get("target") ?? "/");
}
