// Inspections: indented JSON, or a template over each object.

import { compileTemplate } from "./template.ts";
import { toJson } from "./template-value.ts";

/** Fields of Docker's types that are left out when empty, and what a template gets for them instead of an error. */
const OPTIONAL_FIELDS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ...names("Annotations ExposedPorts Labels Options Sysctls Tmpfs StorageOpt").map(
    (name) => [name, {}] as const,
  ),
  ...names(
    "ContainerIDFile Driver Error MacAddress Name OsVersion Parent Runtime Status StopSignal Variant",
  ).map((name) => [name, ""] as const),
  ...names("DeviceRequests Manifests Mounts OnBuild RepoDigests RepoTags Shell").map(
    (name) => [name, null] as const,
  ),
  ...names(
    "BindOptions Health Healthcheck ImageManifestDescriptor Init SizeRootFs SizeRw StopTimeout TmpfsOptions UsageData VolumeOptions",
  ).map((name) => [name, undefined] as const),
]);

function names(text: string): string[] {
  return text.split(" ");
}

/** `format` as --format gives it: "", "json" or a template. Throws a CliError for a bad one. */
export function formatObjects(objects: readonly unknown[], format: string): string {
  if (format === "") return `${JSON.stringify(objects, null, 4)}\n`;
  if (format === "json") return `${toJson(objects)}\n`;
  return objects.map((object) => `${formatObject(object, format)}\n`).join("");
}

/** One object through one template. */
export function formatObject(object: unknown, format: string): string {
  if (format === "json") return toJson(object);
  const text = format.replaceAll("\\t", "\t").replaceAll("\\n", "\n");
  return compileTemplate(text, { optional: OPTIONAL_FIELDS }).run(object);
}
