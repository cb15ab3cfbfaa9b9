// Images in and out as tar archives: load, save, import; and a container's file system: export.

import { CliError } from "../cli-error.ts";
import type { Command } from "../command.ts";
import { flag } from "../flags.ts";
import { imageSegment, nameSegment } from "../for-each-name.ts";
import { familiarString, parseImageReference } from "../image-reference.ts";
import { checkPlatform } from "../platform.ts";
import { showProgress } from "../progress-display.ts";
import { readInput } from "../read-input.ts";
import { checkOutput, writeOutput } from "../write-output.ts";

const TAR_HEADERS = { "content-type": "application/x-tar" };

export const loadCommand: Command = {
  paths: ["image load", "load"],
  summary: "Load an image from a tar archive or STDIN",
  usage: "[OPTIONS]",
  flags: [
    flag("-i, --input", "string", "Read from tar archive file, instead of STDIN"),
    flag("--platform", "string", 'Load only the given platform variant, formatted as "os[/arch[/variant]]"'),
    flag("-q, --quiet", "bool", "Suppress the load output"),
  ],
  minArgs: 0,
  maxArgs: 0,
  async run({ session, api, flags, out }) {
    const input = flags.text("input");
    if (input === "" && session.isTerminal.stdin)
      throw new CliError("requested load from stdin, but stdin is empty");
    const response = await api.call("POST", "/images/load", {
      query: {
        quiet: flags.isOn("quiet") || !session.isTerminal.stdout,
        platform: checkPlatform(flags.text("platform")),
      },
      headers: TAR_HEADERS,
      body: await readInput(session, input),
    });
    const columns = session.isTerminal.stdout ? (session.terminalSize()?.columns ?? 80) : undefined;
    if (response.body !== null) await showProgress(response.body, out, columns);
    return 0;
  },
};

export const saveCommand: Command = {
  paths: ["image save", "save"],
  summary: "Save one or more images to a tar archive (streamed to STDOUT by default)",
  usage: "[OPTIONS] IMAGE [IMAGE...]",
  flags: [
    flag("-o, --output", "string", "Write to a file, instead of STDOUT"),
    flag("--platform", "string", 'Save only the given platform variant, formatted as "os[/arch[/variant]]"'),
  ],
  minArgs: 1,
  maxArgs: Number.POSITIVE_INFINITY,
  completes: ["image"],
  async run(context) {
    const { api, args, flags } = context;
    await checkOutput(context, "save image");
    args.forEach(imageSegment);
    const response = await api.call("GET", "/images/get", {
      query: { names: args, platform: checkPlatform(flags.text("platform")) },
    });
    if (response.body !== null) await writeOutput(context, response.body);
    return 0;
  },
};

export const importCommand: Command = {
  paths: ["image import", "import"],
  summary: "Import the contents from a tarball to create a filesystem image",
  usage: "[OPTIONS] file|URL|- [REPOSITORY[:TAG]]",
  flags: [
    flag("-c, --change", "list", "Apply Dockerfile instruction to the created image"),
    flag("-m, --message", "string", "Set commit message for imported image"),
    flag("--platform", "string", "Set platform if server is multi-platform capable"),
  ],
  minArgs: 1,
  maxArgs: 2,
  async run({ session, api, args, flags, out }) {
    const [source = "", name] = args;
    const isUrl = /^https?:\/\//.test(source);
    const response = await api.call("POST", "/images/create", {
      query: {
        fromSrc: isUrl ? source : "-",
        repo: name === undefined ? undefined : familiarString(parseImageReference(name)),
        message: flags.text("message"),
        changes: flags.list("change"),
        platform: checkPlatform(flags.text("platform")),
      },
      ...(isUrl ? {} : { headers: TAR_HEADERS, body: await readInput(session, source) }),
    });
    const columns = session.isTerminal.stdout ? (session.terminalSize()?.columns ?? 80) : undefined;
    if (response.body !== null) await showProgress(response.body, out, columns);
    return 0;
  },
};

export const exportCommand: Command = {
  paths: ["container export", "export"],
  summary: "Export a container's filesystem as a tar archive",
  usage: "[OPTIONS] CONTAINER",
  flags: [flag("-o, --output", "string", "Write to a file, instead of STDOUT")],
  minArgs: 1,
  maxArgs: 1,
  completes: ["container", "nothing"],
  async run(context) {
    await checkOutput(context, "export container");
    const response = await context.api.call("GET", `/containers/${nameSegment(context.args[0]!)}/export`);
    if (response.body !== null) await writeOutput(context, response.body);
    return 0;
  },
};
