// What is fetched when the first element of a page runs something: the library, the terminal, and their style sheets as text.

import xtermStyles from "@xterm/xterm/css/xterm.css?inline";
import terminalStyles from "../terminal/terminal.css?inline";

export { missingFeatures } from "../app/missing-features.ts";
export { clientOf, Sandbox } from "../sandbox/sandbox.ts";
export { EmbedTerminal } from "./embed-terminal.ts";

export const TERMINAL_STYLES = `${xtermStyles}\n${terminalStyles}`;
