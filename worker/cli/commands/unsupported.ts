// Verbs that people know and that this engine does not have yet: they are listed, and say so.

import { CliError } from "../cli-error.ts";
import type { Command } from "../command.ts";

function unsupported(paths: readonly string[], summary: string, usage: string): Command {
  return {
    paths,
    summary,
    usage,
    details: "Not supported yet.",
    flags: [],
    minArgs: 0,
    maxArgs: Number.POSITIVE_INFINITY,
    ownsRest: true,
    completes: ["nothing"],
    run: () => Promise.reject(new CliError(`docker: 'docker ${paths.at(-1)}' is not supported yet`)),
  };
}

export const UNSUPPORTED_COMMANDS: readonly Command[] = [
  unsupported(["image build", "build"], "Build an image from a Dockerfile", "[OPTIONS] PATH | URL | -"),
  unsupported(["compose"], "Define and run multi-container applications", "[OPTIONS] COMMAND"),
  unsupported(["login"], "Authenticate to a registry", "[OPTIONS] [SERVER]"),
  unsupported(["logout"], "Log out from a registry", "[SERVER]"),
  unsupported(["image push", "push"], "Upload an image to a registry", "[OPTIONS] NAME[:TAG]"),
];
