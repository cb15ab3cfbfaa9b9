// A request to create a container, as an empty body of the API gives it, but for what a test chooses.

import { JsonFields } from "../../api/json-fields.ts";
import { readContainerConfig, readHostConfig } from "../../api/wire/read-container-config.ts";
import type { ContainerConfig, HostConfig } from "../containers/container-record.ts";
import type { CreateContainerRequest } from "../containers/create.ts";

export function containerRequest(choices: {
  readonly name?: string;
  readonly config?: Partial<ContainerConfig>;
  readonly host?: Partial<HostConfig>;
}): CreateContainerRequest {
  const nothing = new JsonFields({});
  return {
    name: choices.name ?? "",
    config: { ...readContainerConfig(nothing), image: "busybox", ...choices.config },
    host: { ...readHostConfig(nothing), ...choices.host },
    endpoints: {},
  };
}
