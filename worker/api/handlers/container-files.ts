// Files of containers: archive (docker cp), export, what was changed, and the image made of that.

import { EngineError } from "../../base/errors.ts";
import { containerChanges } from "../../engine/containers/changes.ts";
import { commitContainer } from "../../engine/containers/commit.ts";
import { readArchive, writeArchive } from "../../engine/containers/container-files.ts";
import { rfc3339Nano } from "../../engine/time-text.ts";
import type { TarEntry } from "../../tar/tar-entry.ts";
import { type Handler, parameter } from "../api-call.ts";
import { readJsonBody } from "../json-body.ts";
import { JsonFields } from "../json-fields.ts";
import { jsonReply, noContent } from "../reply.ts";
import type { WireChange } from "../wire/container-summary.ts";
import { readContainerConfig } from "../wire/read-container-config.ts";

const TAR = "application/x-tar";

/** GET gives the archive, HEAD only the header that says what is there. */
export const read: Handler = async (call) => {
  const path = call.query.text("path");
  const { entry, tar } = await readArchive(call.engine, parameter(call, "id"), path);
  const headers = { "X-Docker-Container-Path-Stat": pathStat(entry) };
  if (call.request.method === "HEAD") {
    await tar.cancel();
    return { status: 200, headers: { ...headers, "Content-Length": "0" }, body: null };
  }
  return { status: 200, headers: { ...headers, "Content-Type": TAR }, body: tar };
};

export const write: Handler = async (call) => {
  const { engine, query, request } = call;
  if (request.body === null) throw new EngineError("invalid-argument", "an archive is missing");
  await writeArchive(engine, parameter(call, "id"), query.text("path"), request.body);
  return noContent(200);
};

export const exportAll: Handler = async (call) => {
  const { tar } = await readArchive(call.engine, parameter(call, "id"), "/");
  return { status: 200, headers: { "Content-Type": "application/octet-stream" }, body: tar };
};

const KINDS = { modified: 0, added: 1, deleted: 2 } as const;

export const changes: Handler = async (call) => {
  const found = await containerChanges(call.engine, parameter(call, "id"));
  const wire = found.map(({ path, kind }): WireChange => ({ Kind: KINDS[kind], Path: path }));
  // As Go writes a list that nothing was added to.
  return jsonReply(wire.length > 0 ? wire : null);
};

export const commit: Handler = async ({ engine, query, request }) => {
  const body = await readJsonBody(request.body);
  // dockerode sends the query's fields again as the body.
  const hasConfig = Object.keys(body).some((name) => /^[A-Z]/.test(name));
  const id = await commitContainer(engine, query.text("container"), {
    repository: query.text("repo"),
    tag: query.text("tag"),
    comment: query.text("comment"),
    author: query.text("author"),
    changes: query.all("changes"),
    pause: query.text("pause") === "" || query.boolean("pause"),
    config: hasConfig ? readContainerConfig(new JsonFields(body)) : undefined,
  });
  return jsonReply({ Id: id }, 201);
};

/** Base64 of JSON, with the mode bits of Go's os.FileMode. */
function pathStat(entry: TarEntry): string {
  const stat = {
    name: entry.path.replace(/\/+$/, "").split("/").at(-1) || "/",
    size: entry.sizeBytes,
    mode: goMode(entry),
    mtime: rfc3339Nano(entry.mtimeSec * 1000 + entry.mtimeNsec / 1e6),
    linkTarget: entry.type === "symlink" ? entry.linkPath : "",
  };
  const bytes = new TextEncoder().encode(JSON.stringify(stat));
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

const TYPE_BITS: Readonly<Record<TarEntry["type"], number>> = {
  file: 0,
  hardlink: 0,
  directory: 2 ** 31,
  symlink: 2 ** 27,
  block: 2 ** 26,
  char: 2 ** 26 + 2 ** 21,
  fifo: 2 ** 25,
};

function goMode({ type, mode }: TarEntry): number {
  const special =
    (mode & 0o4000 ? 2 ** 23 : 0) + (mode & 0o2000 ? 2 ** 22 : 0) + (mode & 0o1000 ? 2 ** 20 : 0);
  return TYPE_BITS[type] + special + (mode & 0o777);
}
