// Terminals with their style sheets, as one piece that is fetched when the first terminal is opened.

import "@xterm/xterm/css/xterm.css";
import "../terminal/terminal.css";

export { TerminalView } from "../terminal/terminal-view.ts";
