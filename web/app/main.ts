// The page's entry: asks whether this browser can run the machine at all, and starts the page.

import "./tokens.css";
import "./shell.css";
import "./tabs.css";
import "./boot.css";
import "./failure.css";
import "./help.css";
import "./workspace.css";
import "../preview/preview.css";
import { markStillness } from "../terminal/motion.ts";
import { FailureView } from "./failure-view.ts";
import { missingFeatures } from "./missing-features.ts";
import { outsideChoice } from "./outside-choice.ts";
import { PreferenceStore } from "./preferences.ts";
import { SandboxClient } from "./sandbox-client.ts";
import { createSandboxWorker } from "./sandbox-worker.ts";
import { SlipwayApp } from "./slipway-app.ts";

const missing = missingFeatures();
if (missing.length > 0) {
  const view = new FailureView();
  document.body.replaceChildren(view);
  view.showUnsupported(missing);
} else {
  const { relay } = new PreferenceStore(() => window.localStorage).current;
  const assetsUrl = new URL("assets/", document.baseURI).href;
  document.body.replaceChildren(
    new SlipwayApp(
      new SandboxClient({ createWorker: createSandboxWorker, assetsUrl, outside: outsideChoice(relay) }),
    ),
  );
}
// When the worker has been started: the answer takes a moment, and is needed for the first picture only.
markStillness();
