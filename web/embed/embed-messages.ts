// Every text of the embedded elements, in one table.

import { messageTable, type PlainKey } from "../app/message-table.ts";

const english = {
  "start.button": "Run",
  "start.terminal": "Start the terminal",
  "start.playground": "Start the playground",
  "start.note": "Runs Linux in this page; about 11 MB are fetched once.",
  "state.loading": "Loading",
  "state.fetching": "Fetching {percent}",
  "state.restoring": "Starting Linux",
  "state.pulling": "Fetching {image}",
  "state.starting": "Starting",
  "state.running": "Running",
  "state.ended": "Ended",
  "state.endedCode": "Ended with code {code}",
  "state.stopped": "Stopped",
  "state.failed": "Failed",
  "storage.notKept": "Nothing is kept: {reason}.",
  "action.stop": "Stop",
  "action.again": "Run again",
  "action.retry": "Try again",
  "action.reloadPreview": "Reload the preview",
  "terminal.label": "Terminal: {title}. {keys} leaves it.",
  "terminal.again": "Ended with code {code}. Press Enter to start it again.",
  "run.output": "Output",
  "run.cut": "… what came before is left out …\n",
  "run.language": "There is no program for “{language}”: give the element an image and a command.",
  "editor.files": "Files",
  "editor.label": "{file}. Tab indents; Escape, then Tab leaves.",
  "editor.none": "This playground has no files: give it a files attribute, or children with data-file.",
  "preview.title": "Preview of port {port}",
  "preview.waiting": "What is served on port {port} appears here.",
  "preview.noHost": "This site has no host for previews. Its operator can set one up.",
  "files.failed": "{file} cannot be fetched: {reason}",
  "files.name": "{file} is not a valid file name",
  "unsupported.browser": "This browser cannot run it: it has no {feature}.",
} as const;

export type EmbedTexts = typeof english;
export type PlainEmbedKey = PlainKey<EmbedTexts>;

export const embedMessage = messageTable(english);
