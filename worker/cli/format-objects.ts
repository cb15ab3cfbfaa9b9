// Inspections: indented JSON, or a template over each object.

import { compileTemplate } from "./template.ts";
import { toJson } from "./template-value.ts";

/** Fields of Docker's types that are left out when empty: a template that asks for one gets nothing, not an error. */
const OPTIONAL_FIELDS: ReadonlySet<string> = new Set(
  `Annotations ArgsEscaped BindOptions ConfigOnly ContainerIDFile DefaultAddressPools DeviceRequests Driver Error ExposedPorts
  Health Healthcheck ImageManifestDescriptor Init Labels MacAddress Manifests Metadata Mounts Name NetworkDisabled OnBuild
  Options OsVersion Parent RepoDigests RepoTags Runtime Shell SizeRootFs SizeRw Status StopSignal StopTimeout StorageOpt
  Sysctls TmpfsOptions Tmpfs UsageData Variant VolumeOptions`.split(/\s+/),
);

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
