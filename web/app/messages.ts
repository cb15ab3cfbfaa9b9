// Every text of the application's page, its panels' (panel-messages.ts) among them, in one table, so that a second language is a second table. What is
// used without this page has a table of its own: embed/embed-messages.ts, sandbox/sandbox-messages.ts. Placeholders are {named}, and the
// compiler checks that each gets its value.

import { messageTable, type PlainKey } from "./message-table.ts";
import { PANEL_MESSAGES } from "./panel-messages.ts";

const english = {
  ...PANEL_MESSAGES,

  "page.title": "Slipway – Linux containers in a browser tab",
  "page.description": "A Linux machine with Docker and LXC that runs in this tab. No server, no account.",
  "page.noScript":
    "Slipway runs a Linux machine in this page, and needs JavaScript for it. Please switch it on and reload.",
  "page.notStarted":
    "Slipway has not started. It needs a current browser with WebAssembly and module workers, and a page that was loaded completely. Reloading may help.",
  "page.skip": "Skip to the terminal",

  "brand.name": "Slipway",

  "boot.title": "Launching your machine",
  "boot.idle": "Starting the engine",
  "boot.fetching": "Fetching {what}",
  "boot.restoring": "Waking Linux up",
  "boot.bytes": "{loaded} of {total}",
  "boot.bytesUnknown": "{loaded}",
  "boot.percent": "{percent} %",
  "boot.progress": "Progress of the launch",
  "boot.stepFetch": "Fetch",
  "boot.stepRestore": "Restore",
  "boot.stepPrompt": "Prompt",
  "boot.cancel": "Cancel",
  "boot.note": "Everything runs in this tab. What is fetched once is kept by the browser.",

  "status.idle": "Starting",
  "status.fetching": "Fetching {percent}",
  "status.restoring": "Restoring",
  "status.held": "Waiting",
  "status.ready": "Running",
  "status.readyDetail": "booted in {seconds} s",
  "status.failed": "Stopped",
  "status.kept": "kept in this browser",
  "status.notKept": "nothing is kept",
  "status.size": "{columns} × {rows}",
  "status.sizeLabel": "Terminal size: {columns} columns, {rows} rows",

  "tabs.label": "Terminals",
  "tabs.name": "Terminal {number}",
  "tabs.new": "New terminal",
  "tabs.close": "Close {title}",
  "tabs.describe": "Delete closes it, Enter goes to the terminal",
  "tabs.opened": "{title} opened",
  "tabs.closed": "{title} closed",

  "terminal.label": "{title}. {keys} leaves the terminal.",
  "terminal.ended": "The shell has ended with code {code}. Press Enter for a new one.",
  "terminal.openFailed": "No shell could be opened ({reason}). Press Enter to try again.",
  "terminal.lost": "The machine that this shell ran on has stopped.",
  "terminal.loadFailed": "The terminal could not be loaded: {reason}",

  "actions.label": "Page",
  "actions.find": "Find in the terminal",
  "actions.theme": "Switch to {theme} colours",
  "actions.help": "Keys and settings",

  "theme.system": "As the system",
  "theme.light": "Light",
  "theme.dark": "Dark",
  "theme.lightName": "light",
  "theme.darkName": "dark",

  "find.label": "Find in the terminal",
  "find.placeholder": "Find",
  "find.next": "Next match",
  "find.previous": "Previous match",
  "find.close": "Close the search",
  "find.case": "Match case",
  "find.regex": "Regular expression",
  "find.count": "{index} of {count}",
  "find.countMany": "more than {count}",
  "find.none": "No matches",
  "find.badPattern": "Not a valid expression",

  "menu.label": "Terminal",
  "menu.copy": "Copy",
  "menu.paste": "Paste",
  "menu.selectAll": "Select all",
  "menu.clear": "Clear scrollback",
  "menu.find": "Find …",
  "menu.newTab": "New terminal",
  "menu.close": "Close terminal",

  "clipboard.copied": "Copied",
  "clipboard.denied": "The browser does not let the page read the clipboard. Press {keys} instead.",
  "clipboard.writeDenied": "The browser does not let the page write to the clipboard.",

  "keys.bar": "Keys that a touch keyboard lacks",
  "keys.escape": "Esc",
  "keys.tab": "Tab",
  "keys.control": "Ctrl",
  "keys.alt": "Alt",
  "keys.up": "Up",
  "keys.down": "Down",
  "keys.left": "Left",
  "keys.right": "Right",
  "keys.paste": "Paste",

  "hint.label": "Things to try",
  "hint.lead": "Try",
  "hint.type": "Type {command}",
  "hint.dismiss": "Hide these suggestions",

  "help.title": "Keys and settings",
  "help.keys": "Keys",
  "help.settings": "Settings",
  "help.close": "Close",
  "help.newTab": "New terminal",
  "help.closeTab": "Close the terminal",
  "help.nextTab": "Next or previous terminal",
  "help.selectTab": "Terminal 1 to 9",
  "help.copy": "Copy the selection",
  "help.paste": "Paste",
  "help.find": "Find in the scrollback",
  "help.scroll": "Scroll a page",
  "help.leave": "Leave the terminal, to the tabs",
  "help.menu": "Menu of the terminal",
  "help.panels": "Open or close the panels",
  "help.help": "These keys and settings",
  "help.theme": "Colours",
  "help.fontSize": "Text size",
  "help.smaller": "Smaller text",
  "help.larger": "Larger text",
  "help.fontSizeValue": "{size} px",
  "help.copyOnSelect": "Copy whatever is selected",
  "help.screenReader": "Screen reader support: read output aloud",
  "outside.title": "Network",
  "outside.relay": "Relay for connections out of the machine",
  "outside.byFetch":
    "Without one, containers reach websites that let pages read them, by http. The address of a relay that speaks wisp gives them everything that is TCP; whoever runs it sees what passes.",
  "outside.byNothing":
    "Without one, containers reach nothing: this site does not let them. The address of a relay that speaks wisp gives them everything that is TCP; whoever runs it sees what passes.",
  "outside.bySiteRelay":
    "Without one, containers reach everything that is TCP by this site's relay, {relay}. Another one takes its place; whoever runs it sees what passes.",
  "outside.saved": "Used when this page is loaded again.",
  "outside.invalid": "The address of a relay begins with wss:// or ws://",

  "failure.panic": "The kernel panicked",
  "failure.panicText":
    "Linux met an error that it cannot recover from, and halted. Restarting boots it again; what was kept is still there.",
  "failure.out-of-memory": "The machine ran out of memory",
  "failure.out-of-memoryText":
    "Linux had to kill a program that the machine cannot run without. Restart it, and give containers a limit, for example with --memory 64m.",
  "failure.asset": "A file of the machine is missing or damaged",
  "failure.assetText":
    "What was fetched is not what was expected. The connection may have been cut, or the site is being updated: try again in a moment.",
  "failure.worker": "The engine stopped",
  "failure.workerText":
    "The worker that runs the machine has died or no longer answers. Browsers end workers that need more memory than there is.",
  "failure.stuck": "The machine no longer answers",
  "failure.stuckText":
    "Linux is running, but the program that looks after terminals and containers is silent.",
  "failure.full": "The browser's storage is full",
  "failure.fullText":
    "This browser keeps no more for this page, so the machine was stopped before anything could be damaged. What was on its disk is still there. Make room on this computer, or forget what other sites keep, and restart it; or start a machine that keeps nothing.",
  "failure.storage": "What this browser keeps cannot be used",
  "failure.storageText":
    "The files of your machine are damaged, or another program has them. You can start without them, and nothing of this visit is kept then. “Forget everything”, in the settings, removes them.",
  "failure.moved": "Your machine runs in another tab",
  "failure.movedText":
    "It was taken over there, with everything that it keeps. What was written here has been handed over.",
  "failure.cancelled": "The launch was cancelled",
  "failure.cancelledText":
    "Nothing is being fetched any more. Files that had come completely are kept by the browser.",
  "failure.launch": "Launch the machine",
  "failure.takeBack": "Run it in this tab",

  "held.title": "Slipway runs in another tab",
  "held.text":
    "What your machine keeps can be used by one tab at a time. Take it over, and the other tab's machine is stopped; or start a fresh machine here that keeps nothing.",
  "held.takeOver": "Take over",
  "held.withoutSaving": "Use without saving",

  "storage.title": "What is kept",
  "storage.kept": "Containers, images and files are kept in this browser.",
  "storage.asked": "This tab keeps nothing: you chose to use it without saving.",
  "storage.blocked": "This tab keeps nothing, because the browser gives this page no storage: {reason}",
  "storage.used": "{used} used, {left} left",
  "storage.offline": "Make available offline",
  "storage.offlineProgress": "{kept} of {total} kept",
  "storage.offlineStop": "Stop",
  "storage.offlineDone": "Everything, images included, works without a network now.",
  "storage.offlineFailed": "Not everything is kept: {reason}",
  "storage.forget": "Forget everything …",
  "storage.forgetSure":
    "This removes all containers, images, files and settings that this browser keeps for Slipway. It cannot be undone.",
  "storage.forgetNow": "Forget everything",
  "storage.cancel": "Cancel",
  "storage.forgetFailed": "Nothing was removed: {reason}",
  "storage.blockedNote": "This browser gives the page no storage: nothing is kept after this tab is closed.",

  "preview.label": "Preview",
  "preview.title": "Preview of port {port}",
  "preview.ports": "Open ports",
  "preview.port": "Port {port}",
  "preview.offer": "Show a preview of port {port}",
  "preview.offerOf": "Show a preview of port {port}, of container {container}",
  "preview.opened": "Port {port} is open",
  "preview.address": "Path on the server",
  "preview.back": "Back",
  "preview.reload": "Reload",
  "preview.newTab": "Open in a new tab",
  "preview.close": "Close the preview",
  "preview.noHost": "Simple preview: this site has no host for previews.",
  "preview.limits":
    "Pages, styles, scripts, pictures, links, forms, redirects and fetch work. Workers, WebSockets, XMLHttpRequest, modules that import others, storage, cookies for scripts and large files do not. Whoever runs this site can set a host, with which all of them do: see “Previews” in Slipway's docs/embedding.md.",
  "preview.elsewhere": "The server leads to another site, which is not shown here: {address}",
  "preview.insecure": "Previews need a secure connection: open this page by https or on localhost.",
  "preview.blocked": "The browser does not let the preview start: {reason}",
  "preview.silent": "The host for previews, {host}, does not answer, or does not serve this site.",
  "preview.noOpener":
    "A preview in a tab of its own needs the tab with the machine, from which it was opened. That tab is closed.",
  "preview.unconnected": "The preview is no longer connected to the machine.",
  "preview.failed": "The server gave no answer",
  "preview.failedHint": "Check that it runs and listens on this port. This page keeps trying.",
  "preview.failedSending": "Check that it runs and listens on this port, then send again.",

  "failure.unsupported": "This browser cannot run Slipway",
  "failure.unsupportedText":
    "It lacks {features}. Current versions of Firefox, Chrome and Edge have everything that is needed.",
  "failure.restart": "Restart the machine",
  "failure.reload": "Reload the page",
  "failure.console": "Console, last lines",
  "failure.detail": "What was reported",
  "failure.deadWorker": "The worker has not answered for {seconds} seconds.",
  "failure.workerError": "The worker could not be started: {reason}",
  "failure.unknown": "no reason was given",
  "failure.ended": "The machine has been ended.",

  "feature.webassembly": "WebAssembly",
  "feature.module-workers": "module workers",
  "feature.streams": "streams",

  "list.and": "{first} and {last}",
} as const;

export type MessageKey = keyof typeof english;

export type PlainMessageKey = PlainKey<typeof english>;

/** The text for `key`, its placeholders filled in. */
export const message = messageTable(english);
