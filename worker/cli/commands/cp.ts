// `docker cp`, both ways, as tar streams: where something lands and under which name is decided here, as cp -a does it.

import { chunksOf } from "../../base/streams.ts";
import { type ApiClient, ApiError, headerOf } from "../api-client.ts";
import { CliError } from "../cli-error.ts";
import type { Command, CommandContext } from "../command.ts";
import { type CopySide, type PathStat, parseCopySide, parsePathStat } from "../copy-spec.ts";
import { flag } from "../flags.ts";
import { nameSegment } from "../for-each-name.ts";
import { renameTar } from "../rename-tar.ts";
import { baseName, directoryName, resolvePath } from "../resolve-path.ts";

type ContainerSide = Extract<CopySide, { kind: "container" }>;
type OutsideSide = Exclude<CopySide, { kind: "container" }>;

const STAT_HEADER = "x-docker-container-path-stat";

export const cpCommand: Command = {
  paths: ["container cp", "cp"],
  summary: "Copy files/folders between a container and the local filesystem",
  usage: "[OPTIONS] CONTAINER:SRC_PATH DEST_PATH|-\n\tdocker cp [OPTIONS] SRC_PATH|- CONTAINER:DEST_PATH",
  details:
    "A source of '-' is a tar archive on stdin for a directory of the container;\na destination of '-' gets a tar archive on stdout.",
  flags: [
    flag("-a, --archive", "bool", "Archive mode (copy all uid/gid information)"),
    flag("-L, --follow-link", "bool", "Always follow symbol link in SRC_PATH"),
    flag("-q, --quiet", "bool", "Suppress progress output during copy"),
  ],
  minArgs: 2,
  maxArgs: 2,
  async run(context) {
    const [from, to] = [parseCopySide(context.args[0]!), parseCopySide(context.args[1]!)];
    if (from.kind === "container" && to.kind === "container")
      throw new CliError("copying between containers is not supported");
    if (from.kind === "container" && to.kind !== "container") await copyOut(context, from, to);
    else if (to.kind === "container" && from.kind !== "container") await copyIn(context, from, to);
    else throw new CliError("must specify at least one container source");
    return 0;
  },
};

async function copyOut({ session, api, flags, out }: CommandContext, from: ContainerSide, to: OutsideSide) {
  const response = await api.call("GET", `/containers/${nameSegment(from.container)}/archive`, {
    query: { path: from.path, ...(flags.isOn("follow-link") ? { followLink: true } : {}) },
  });
  if (response.body === null) throw new CliError("the engine sent no archive");
  if (to.kind === "stream") {
    if (session.isTerminal.stdout)
      throw new CliError("cowardly refusing to copy to a terminal. Redirect the output");
    for await (const chunk of chunksOf(response.body)) await out.write(chunk);
    return;
  }
  if (session.files.writeTree === undefined) throw new CliError("copying to files is not supported yet here");
  const source = parsePathStat(headerOf(response, STAT_HEADER));
  const place = await placeOutside(
    session.files,
    resolvePath(session.workingDirectory, to.path),
    to.path,
    source,
  );
  const tar = place.name === undefined ? response.body : renameTar(response.body, place.name);
  await session.files.writeTree(place.directory, tar, { keepOwners: flags.isOn("archive") });
}

/** In the directory under the source's own name, or beside it under a new one. */
async function placeOutside(
  files: CommandContext["session"]["files"],
  path: string,
  given: string,
  source: PathStat,
): Promise<{ directory: string; name: string | undefined }> {
  const target = await files.stat(path);
  if (target?.kind === "directory") return { directory: path, name: undefined };
  if (target !== undefined && source.isDirectory) throw new CliError("cannot copy directory");
  if (target === undefined && given.endsWith("/") && !source.isDirectory)
    throw new CliError("no such directory");
  const directory = directoryName(path);
  if (directory !== "/" && (await files.stat(directory))?.kind !== "directory")
    throw new CliError(`invalid output path: directory ${JSON.stringify(directory)} does not exist`);
  return { directory, name: baseName(path) };
}

async function copyIn({ session, api, flags }: CommandContext, from: OutsideSide, to: ContainerSide) {
  const path = `/containers/${nameSegment(to.container)}/archive`;
  const target = await statInside(api, path, to.path);
  if (from.kind === "stream") {
    if (target?.isDirectory !== true)
      throw new CliError(`destination ${JSON.stringify(`${to.container}:${to.path}`)} must be a directory`);
    await putArchive(api, path, to.path, session.stdin, flags.isOn("archive"));
    return;
  }
  const source = resolvePath(session.workingDirectory, from.path);
  const found = await session.files.stat(source);
  if (found === undefined) throw new CliError(`lstat ${source}: no such file or directory`);
  if (session.files.readTree === undefined)
    throw new CliError("copying from files is not supported yet here");
  const tar = await session.files.readTree(source, { followLink: flags.isOn("follow-link") });
  if (target?.isDirectory === true) {
    await putArchive(api, path, to.path, tar, flags.isOn("archive"));
    return;
  }
  if (found.kind === "directory" && target !== undefined) throw new CliError("cannot copy directory");
  if (target === undefined && to.path.endsWith("/") && found.kind !== "directory")
    throw new CliError("no such directory");
  const directory = directoryName(to.path);
  await putArchive(
    api,
    path,
    directory === "." ? "/" : directory,
    renameTar(tar, baseName(to.path)),
    flags.isOn("archive"),
  );
}

async function statInside(api: ApiClient, route: string, path: string): Promise<PathStat | undefined> {
  try {
    return parsePathStat(headerOf(await api.call("HEAD", route, { query: { path } }), STAT_HEADER));
  } catch (error) {
    // A container that is not there fails again when the archive is put.
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

async function putArchive(
  api: ApiClient,
  route: string,
  path: string,
  body: ReadableStream<Uint8Array>,
  keepOwners: boolean,
): Promise<void> {
  await api.send("PUT", route, {
    query: { path, noOverwriteDirNonDir: "true", ...(keepOwners ? { copyUIDGID: "true" } : {}) },
    headers: { "content-type": "application/x-tar" },
    body,
  });
}
