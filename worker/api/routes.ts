// Every endpoint of the Engine API that is answered, a line each.

import * as files from "./handlers/container-files.ts";
import * as stats from "./handlers/container-stats.ts";
import * as streams from "./handlers/container-streams.ts";
import * as containers from "./handlers/containers.ts";
import * as exec from "./handlers/exec.ts";
import * as images from "./handlers/images.ts";
import * as networks from "./handlers/networks.ts";
import * as system from "./handlers/system.ts";
import * as volumes from "./handlers/volumes.ts";
import type { Route } from "./route-table.ts";

export const ROUTES: readonly Route[] = [
  ["GET", "/_ping", system.ping],
  ["GET", "/version", system.version],
  ["GET", "/info", system.info],
  ["GET", "/events", system.events],
  ["GET", "/system/df", system.diskUsage],

  ["GET", "/containers/json", containers.list],
  ["POST", "/containers/create", containers.create],
  ["POST", "/containers/prune", containers.prune],
  ["GET", "/containers/{id}/json", containers.inspect],
  ["POST", "/containers/{id}/start", containers.start],
  ["POST", "/containers/{id}/stop", containers.stop],
  ["POST", "/containers/{id}/restart", containers.restart],
  ["POST", "/containers/{id}/kill", containers.kill],
  ["POST", "/containers/{id}/pause", containers.pause],
  ["POST", "/containers/{id}/unpause", containers.unpause],
  ["POST", "/containers/{id}/wait", containers.wait],
  ["POST", "/containers/{id}/resize", containers.resize],
  ["POST", "/containers/{id}/rename", containers.rename],
  ["DELETE", "/containers/{id}", containers.remove],
  ["POST", "/containers/{id}/update", stats.update],
  ["GET", "/containers/{id}/top", stats.top],
  ["GET", "/containers/{id}/stats", stats.stats],
  ["GET", "/containers/{id}/archive", files.read],
  ["PUT", "/containers/{id}/archive", files.write],
  ["GET", "/containers/{id}/export", files.exportAll],
  ["GET", "/containers/{id}/changes", files.changes],
  ["POST", "/commit", files.commit],
  ["POST", "/containers/{id}/attach", streams.attach],
  ["GET", "/containers/{id}/attach/ws", streams.attachWebSocket],
  ["GET", "/containers/{id}/logs", streams.logs],

  ["POST", "/containers/{id}/exec", exec.create],
  ["POST", "/exec/{id}/start", exec.start],
  ["POST", "/exec/{id}/resize", exec.resize],
  ["GET", "/exec/{id}/json", exec.inspect],

  ["GET", "/images/json", images.list],
  ["POST", "/images/create", images.create],
  ["POST", "/images/load", images.load],
  ["GET", "/images/get", images.save],
  ["GET", "/images/{name...}/get", images.save],
  ["POST", "/images/prune", images.prune],
  ["GET", "/images/{name...}/json", images.inspect],
  ["GET", "/images/{name...}/history", images.history],
  ["POST", "/images/{name...}/tag", images.tag],
  ["DELETE", "/images/{name...}", images.remove],

  ["GET", "/networks", networks.list],
  ["POST", "/networks/create", networks.create],
  ["POST", "/networks/prune", networks.prune],
  ["GET", "/networks/{id}", networks.inspect],
  ["DELETE", "/networks/{id}", networks.remove],
  ["POST", "/networks/{id}/connect", networks.connect],
  ["POST", "/networks/{id}/disconnect", networks.disconnect],

  ["GET", "/volumes", volumes.list],
  ["POST", "/volumes/create", volumes.create],
  ["POST", "/volumes/prune", volumes.prune],
  ["GET", "/volumes/{name}", volumes.inspect],
  ["DELETE", "/volumes/{name}", volumes.remove],

  ["GET", "/plugins", system.noPlugins],
  ["GET", "/swarm", system.noSwarm],
  ["GET", "/nodes", system.noSwarm],
  ["GET", "/nodes/{id}", system.noSwarm],
  ["GET", "/services", system.noSwarm],
  ["GET", "/services/{id}", system.noSwarm],
  ["GET", "/tasks", system.noSwarm],
  ["GET", "/secrets", system.noSwarm],
  ["GET", "/configs", system.noSwarm],
  ["POST", "/session", system.noSession],
];
