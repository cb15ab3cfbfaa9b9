// POST /images/create for one name, with its display. `docker pull` and `docker run` share it.

import type { ApiClient } from "./api-client.ts";
import { type ImageReference, withDefaultTag } from "./image-reference.ts";
import { showProgress } from "./progress-display.ts";
import type { TextSink } from "./text-sink.ts";

export interface PullOptions {
  readonly platform: string;
  /** No tag in the request: the engine takes all it knows. */
  readonly allTags?: boolean;
  readonly sink: TextSink;
  /** Columns of the terminal that `sink` is; undefined when it is none. */
  readonly columns: number | undefined;
  readonly quiet: boolean;
}

export async function pullImage(
  api: ApiClient,
  reference: ImageReference,
  options: PullOptions,
): Promise<void> {
  const full = options.allTags === true ? reference : withDefaultTag(reference);
  const response = await api.call("POST", "/images/create", {
    query: { fromImage: full.repository, tag: full.digest ?? full.tag, platform: options.platform },
  });
  if (response.body === null) return;
  const sink = options.quiet ? silent(options.sink) : options.sink;
  await showProgress(response.body, sink, options.columns);
}

function silent(sink: TextSink): TextSink {
  return Object.create(sink, { write: { value: () => Promise.resolve() } }) as TextSink;
}
