// `docker context export` and `import`: a context as a tar of one file, meta.json, as the real client writes and reads it.

import { EngineError } from "../../base/errors.ts";
import { chunksOf, readText } from "../../base/streams.ts";
import { tarMembers } from "../../tar/read-tar.ts";
import { tarEntry } from "../../tar/tar-entry.ts";
import { writeTar } from "../../tar/tar-writer.ts";
import { CliError } from "../cli-error.ts";
import type { Command } from "../command.ts";
import {
  ContextStore,
  checkContextName,
  contextOf,
  metadataOf,
  type StoredContext,
} from "../context-store.ts";
import { OWN_CONTEXT } from "../own-context.ts";
import { readInput } from "../read-input.ts";
import { resolvePath } from "../resolve-path.ts";

const META = "meta.json";
const LIMIT_BYTES = 10 << 20;

export const contextExportCommand: Command = {
  paths: ["context export"],
  summary: "Export a context to a tar archive FILE or a tar stream on STDOUT.",
  usage: "CONTEXT [FILE|-]",
  flags: [],
  minArgs: 1,
  maxArgs: 2,
  completes: ["nothing"],
  async run(context) {
    const [name = "", target = `${name}.dockercontext`] = context.args;
    const { session } = context;
    const found = name === "default" ? OWN_CONTEXT : await new ContextStore(session, context.root).find(name);
    if (target === "-" && session.isTerminal.stdout)
      throw new CliError("cowardly refusing to export to a terminal, specify a file path");
    const path = resolvePath(session.workingDirectory, target);
    if (target !== "-" && (await session.files.stat(path)) !== undefined)
      throw new CliError(`open ${target}: file exists`);
    if (found === undefined) throw new CliError(`context "${name}": context not found`);
    const archive = archiveOf(found);
    if (target === "-") for await (const bytes of chunksOf(archive)) await context.out.write(bytes);
    else {
      await session.files.write(path, archive);
      await context.err.line(`Written file ${JSON.stringify(target)}`);
    }
    return 0;
  },
};

export const contextImportCommand: Command = {
  paths: ["context import"],
  summary: "Import a context from a tar or zip file",
  usage: "CONTEXT FILE|-",
  flags: [],
  minArgs: 2,
  maxArgs: 2,
  completes: ["nothing"],
  async run(context) {
    const [name = "", file = ""] = context.args;
    checkContextName(name);
    const contexts = new ContextStore(context.session, context.root);
    if (await contexts.find(name)) throw new CliError(`context "${name}" already exists`);
    await contexts.put({ ...(await readArchive(await readInput(context.session, file))), name });
    await context.out.line(name);
    await context.err.line(`Successfully imported context ${JSON.stringify(name)}`);
    return 0;
  },
};

function archiveOf(context: StoredContext): ReadableStream<Uint8Array> {
  const content = new TextEncoder().encode(JSON.stringify(metadataOf(context)));
  return writeTar([
    { entry: tarEntry({ path: META, type: "file", sizeBytes: content.byteLength }), content },
    { entry: tarEntry({ path: "tls", type: "directory", mode: 0o700 }) },
  ]);
}

/** Throws a CliError, in Docker's words where it has some. */
async function readArchive(archive: ReadableStream<Uint8Array>): Promise<StoredContext> {
  let found: StoredContext | undefined;
  try {
    for await (const { entry, content } of tarMembers(archive)) {
      if (entry.type !== "file") continue;
      if (entry.path.startsWith("tls/")) throw new CliError("TLS certificates are not supported");
      if (entry.path !== META) throw new CliError(`${entry.path}: unexpected context file`);
      const meta: unknown = JSON.parse(await readText(content, LIMIT_BYTES));
      found = contextOf({ ...(meta as object), Name: "imported" });
    }
  } catch (error) {
    if (error instanceof CliError) throw error;
    const isZip = error instanceof EngineError && error.code === "corrupt";
    throw new CliError(
      `invalid context: ${isZip ? "not a tar archive (zip files are not read here)" : "its metadata cannot be read"}`,
    );
  }
  if (found === undefined) throw new CliError("invalid context: no metadata found");
  return found;
}
