// POST /containers/create as `run` and `create` do it: pulls the image when it is missing and the policy allows it, tells the
// daemon's warnings, writes the --cidfile.

import type { WireCreateContainer, WireCreatedContainer } from "../api/wire/container-config.ts";
import { streamOf } from "../base/streams.ts";
import { ApiError } from "./api-client.ts";
import { CliError } from "./cli-error.ts";
import type { CommandContext } from "./command.ts";
import {
  familiarString,
  type ImageReference,
  parseImageReference,
  withDefaultTag,
} from "./image-reference.ts";
import { checkPlatform } from "./platform.ts";
import { pullImage } from "./pull-image.ts";
import { directoryName, resolvePath } from "./resolve-path.ts";

/** The new container's id. */
export async function createContainer(context: CommandContext, body: WireCreateContainer): Promise<string> {
  const { flags, err, session } = context;
  const policy = flags.text("pull");
  if (!["always", "missing", "never", ""].includes(policy))
    throw new CliError(
      `invalid pull option: '${policy}': must be one of "always", "missing" or "never"`,
      125,
    );
  if (flags.isOn("use-api-socket")) throw new CliError("--use-api-socket is not supported yet", 125);
  checkPlatform(flags.text("platform"));
  const cidPath = await freeCidPath(context);
  const reference = withDefaultTag(parseImageReference(body.Image ?? ""));
  if (policy === "always") await pull(context, reference);
  const created = await create(context, body).catch(async (error: unknown) => {
    if (policy === "never" || !isMissingImage(error)) throw error;
    await err.line(`Unable to find image '${familiarString(reference)}' locally`);
    await pull(context, reference);
    return await create(context, body);
  });
  for (const warning of created.Warnings ?? []) await err.line(`WARNING: ${warning}`);
  if (cidPath !== undefined)
    await session.files.write(cidPath, streamOf(new TextEncoder().encode(created.Id)), { exclusive: true });
  return created.Id;
}

/** Looked at before there is a container whose id could then not be written. Undefined: --cidfile was not given. */
async function freeCidPath({ flags, session }: CommandContext): Promise<string | undefined> {
  const file = flags.text("cidfile");
  if (file === "") return undefined;
  const path = resolvePath(session.workingDirectory, file);
  if ((await session.files.stat(path)) !== undefined)
    throw new CliError(
      `container ID file found, make sure the other container isn't running or delete ${file}`,
      125,
    );
  if ((await session.files.stat(directoryName(path)))?.kind !== "directory")
    throw new CliError(`failed to create the container ID file: open ${file}: no such file or directory`);
  return path;
}

function create({ api, flags }: CommandContext, body: WireCreateContainer): Promise<WireCreatedContainer> {
  return api.json("POST", "/containers/create", {
    query: { name: flags.text("name"), platform: flags.text("platform") },
    json: body,
  });
}

function isMissingImage(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404 && /no such image/i.test(error.daemonMessage);
}

async function pull({ api, flags, err, session }: CommandContext, reference: ImageReference): Promise<void> {
  await pullImage(api, reference, {
    platform: flags.text("platform"),
    sink: err,
    columns: session.isTerminal.stderr ? (session.terminalSize()?.columns ?? 80) : undefined,
    quiet: flags.isOn("quiet"),
  });
}
