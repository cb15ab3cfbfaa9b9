// `docker import`: a file system's tar becomes an image.

import type { Command } from "../command.ts";
import { flag } from "../flags.ts";
import { familiarString, parseImageReference } from "../image-reference.ts";
import { checkPlatform } from "../platform.ts";
import { showProgress } from "../progress-display.ts";
import { readInput } from "../read-input.ts";

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
      ...(isUrl
        ? {}
        : { headers: { "content-type": "application/x-tar" }, body: await readInput(session, source) }),
    });
    const columns = session.isTerminal.stdout ? (session.terminalSize()?.columns ?? 80) : undefined;
    if (response.body !== null) await showProgress(response.body, out, columns);
    return 0;
  },
};
