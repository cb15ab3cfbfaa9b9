// What this host does not have: as Docker answers on one without swarm and plugins, or in words that say that it is not supported yet.

import { EngineError } from "../../base/errors.ts";
import { type Handler, parameter } from "../api-call.ts";
import { jsonReply } from "../reply.ts";

/** `what` begins the message: `docker build`. */
export function notSupported(what: string): Handler {
  return () => {
    throw new EngineError("not-implemented", `${what} is not supported yet`);
  };
}

/** Swarm mode will not come: there is one machine. */
export const swarmUnsupported: Handler = () => {
  throw new EngineError("not-implemented", "swarm mode is not supported");
};

export const notManager: Handler = () => {
  throw new EngineError(
    "unavailable",
    'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.',
  );
};

export const notInSwarm: Handler = () => {
  throw new EngineError("unavailable", "This node is not part of a swarm");
};

export const noClusterVolumes: Handler = () => {
  throw new EngineError(
    "unavailable",
    "volume update only valid for cluster volumes, but swarm is unavailable",
  );
};

export const noPlugins: Handler = () => jsonReply([]);

export const noSuchPlugin: Handler = (call) => {
  throw new EngineError("not-found", `plugin "${parameter(call, "name")}" not found`);
};

/** BuildKit's session: clients fall back to the classic builder. */
export const noSession: Handler = () => {
  throw new EngineError("not-found", "page not found");
};

/** There is no build cache. */
export const pruneBuild: Handler = () => jsonReply({ CachesDeleted: null, SpaceReclaimed: 0 });
