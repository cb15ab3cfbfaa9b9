// Unpacks Debian packages into a layer as dpkg would: files, dpkg's database with every package "unpacked", configuration files in place.
// What is left is `dpkg --configure -a`, inside the machine. deb(5), deb-control(5), dpkg's lib/dpkg/dump.c and infodb-format.
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import type { StepContext } from "../build-step.ts";
import { LayerFiles, mergedPath } from "./layer-files.ts";

const statusPath = "var/lib/dpkg/status";
const infoFolder = "var/lib/dpkg/info";

function streamOf(bytes: Buffer): ReadableStream<Uint8Array> {
  return Readable.toWeb(Readable.from([bytes])) as ReadableStream<Uint8Array>;
}

/** One field of a control paragraph. */
export function controlField(control: string, name: string): string | undefined {
  return new RegExp(`^${name}:[ \\t]*(.*)$`, "mi").exec(control)?.[1];
}

/** The paragraph of dpkg's status file for a package that is unpacked but not set up. */
export function unpackedStatus(control: string, conffiles: ReadonlyMap<string, string>): string {
  const [first = "", ...rest] = control.trim().split("\n");
  const lines = [first, "Status: install ok unpacked", ...rest];
  if (conffiles.size > 0) {
    lines.push("Conffiles:", ...[...conffiles].map(([path, md5]) => ` ${path} ${md5}`));
  }
  return `${lines.join("\n")}\n`;
}

/** dpkg's database names a package of "Multi-Arch: same" with its architecture. */
function infoName(control: string): string {
  const name = controlField(control, "Package") ?? "";
  return controlField(control, "Multi-Arch") === "same"
    ? `${name}:${controlField(control, "Architecture")}`
    : name;
}

async function unpackOne(deb: string, layer: LayerFiles, run: StepContext["run"]): Promise<string> {
  const quiet = { logFile: "/dev/null" };
  const members = new LayerFiles();
  await members.addTar(streamOf(await run("dpkg-deb", ["--ctrl-tarfile", deb], quiet)));
  const control = members.text("control");
  if (control === undefined) throw new Error(`${deb} has no control file`);
  const name = infoName(control);

  const list: string[] = [];
  await layer.addTar(streamOf(await run("dpkg-deb", ["--fsys-tarfile", deb], quiet)), (path) => {
    list.push(path === "" ? "/." : `/${path}`);
  });
  layer.putText(`${infoFolder}/${name}.list`, `${list.join("\n")}\n`);
  for (const member of members.paths()) {
    if (member === "control") continue;
    const file = members.get(member)!;
    layer.put({ ...file.entry, path: `${infoFolder}/${name}.${member}` }, file.content);
  }
  const conffiles = new Map<string, string>();
  for (const line of (members.text("conffiles") ?? "").split("\n")) {
    const path = line.trim();
    const file = path.startsWith("/") ? layer.get(mergedPath(path.slice(1))) : undefined;
    if (file) conffiles.set(path, createHash("md5").update(file.content).digest("hex"));
  }
  return unpackedStatus(control, conffiles);
}

/** Adds the packages to `layer`. `baseStatus` is the status file of the image below, "" when there is none. */
export async function unpackDebian(
  debs: readonly string[],
  layer: LayerFiles,
  baseStatus: string,
  run: StepContext["run"],
): Promise<void> {
  const paragraphs: string[] = [];
  for (const deb of debs) paragraphs.push(await unpackOne(deb, layer, run));
  const status = [baseStatus.trim(), ...paragraphs.map((paragraph) => paragraph.trim())].filter(Boolean);
  layer.putText(statusPath, `${status.join("\n\n")}\n`);
  if (baseStatus !== "") return;
  layer.putText("var/lib/dpkg/available", "");
  layer.putText(`${infoFolder}/format`, "1\n");
  layer.putText("var/lib/dpkg/arch", "i386\n");
  for (const folder of ["updates", "alternatives", "parts", "triggers"])
    layer.folder(`var/lib/dpkg/${folder}`);
  for (const file of ["triggers/Lock", "triggers/Unincorp"]) layer.putText(`var/lib/dpkg/${file}`, "");
}
