// Which engine a command line speaks to: this worker's own, or one elsewhere that --host, --context, DOCKER_HOST, DOCKER_CONTEXT or
// `docker context use` names, in Docker's order of precedence.

import { fetchClient } from "../api/client/fetch-client.ts";
import { httpClient } from "../api/client/http-client.ts";
import { negotiatingVersion } from "../api/client/negotiate-version.ts";
import type { ApiHandler } from "../api/exchange.ts";
import { EngineError, messageOf } from "../base/errors.ts";
import { CliError } from "./cli-error.ts";
import { ContextStore } from "./context-store.ts";
import type { FlagValues } from "./flags.ts";
import type { CliSession } from "./session.ts";

export const OWN_ENDPOINT = "unix:///var/run/docker.sock";
const DEFAULT_PORT = 2375;

export type EngineEndpoint =
  | { readonly kind: "own" }
  | { readonly kind: "unix"; readonly path: string }
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  /** Without a path. */
  | { readonly kind: "http"; readonly base: string };

export interface ChosenEngine {
  /** As named: `tcp://10.0.0.1:2375`. */
  readonly url: string;
  readonly endpoint: EngineEndpoint;
}

/** Rejects with a CliError in Docker's words. */
export async function chooseEngine(session: CliSession, flags: FlagValues): Promise<ChosenEngine> {
  const hosts = flags.list("host");
  const [host] = hosts;
  if (hosts.length > 1) throw new CliError("Specify only one -H", 125);
  const named = flags.text("context");
  if (host !== undefined && named !== "")
    throw new CliError("conflicting options: cannot specify both --host and --context", 125);
  if (flags.isOn("tls") || flags.isOn("tlsverify"))
    throw new CliError(
      "engines behind TLS certificates cannot be reached: use a tcp:// or an https:// address",
      125,
    );
  const { environment } = session;
  const url = host ?? (named === "" ? environment.DOCKER_HOST : undefined);
  if (url !== undefined && url !== "") return { url, endpoint: parseEndpoint(url) };
  const contexts = new ContextStore(session, flags);
  const context = named || environment.DOCKER_CONTEXT || (await contexts.currentName());
  if (context === "default") return { url: OWN_ENDPOINT, endpoint: { kind: "own" } };
  const found = await contexts.find(context);
  if (found === undefined)
    throw new CliError(
      `Failed to initialize: unable to resolve docker endpoint: context "${context}": context not found`,
    );
  return { url: found.host, endpoint: parseEndpoint(found.host) };
}

/** Throws a CliError for an address of another kind. */
export function parseEndpoint(url: string): EngineEndpoint {
  const invalid = () => new CliError(`unable to parse docker host \`${url}\``, 125);
  const [, scheme = "tcp", rest = ""] = /^(?:([a-z]+):\/\/)?(.*)$/.exec(url) ?? [];
  if (scheme === "unix") {
    if (!rest.startsWith("/")) throw invalid();
    return /^\/(?:var\/)?run\/docker\.sock$/.test(rest) ? { kind: "own" } : { kind: "unix", path: rest };
  }
  if (scheme === "ssh" || scheme === "npipe" || scheme === "fd")
    throw new CliError(
      `${scheme}:// addresses of an engine are not supported: use tcp://, unix://, http:// or https://`,
      125,
    );
  const match = /^(\[[0-9a-fA-F:]+\]|[\w.-]+)(?::(\d{1,5}))?\/?$/.exec(rest);
  const port = match?.[2] === undefined ? DEFAULT_PORT : Number(match[2]);
  if (!match || port > 65_535 || !["tcp", "http", "https"].includes(scheme)) throw invalid();
  const [, host = ""] = match;
  if (scheme === "tcp") return { kind: "tcp", host: host.replace(/^\[|\]$/g, ""), port };
  return { kind: "http", base: `${scheme}://${host}${match[2] === undefined ? "" : `:${port}`}` };
}

/** A handler that rejects with a CliError when there is no connection. */
export function engineAt({ url, endpoint }: ChosenEngine, session: CliSession): ApiHandler {
  if (endpoint.kind === "own") return session.api;
  if (endpoint.kind === "http")
    return negotiatingVersion(fetchClient(endpoint.base, (...args) => fetch(...args)));
  const { connect } = session;
  const dial = async () => {
    try {
      if (connect === undefined) throw new EngineError("unavailable", "no connection can be made from here");
      return await connect(endpoint);
    } catch (cause) {
      const why = cause instanceof EngineError && cause.code === "forbidden" ? ` (${messageOf(cause)})` : "";
      throw new CliError(
        `Cannot connect to the Docker daemon at ${url}. Is the docker daemon running?${why}`,
        1,
        { cause },
      );
    }
  };
  const name = endpoint.kind === "tcp" ? `${endpoint.host}:${endpoint.port}` : "docker";
  return negotiatingVersion(httpClient(name, dial));
}
