// Every endpoint of the Engine API that is answered, a line each. docs/docker-api.md is printed from this table: `npm run docs`.

import * as files from "./handlers/container-files.ts";
import * as stats from "./handlers/container-stats.ts";
import * as streams from "./handlers/container-streams.ts";
import * as containers from "./handlers/containers.ts";
import { diskUsage } from "./handlers/disk-usage.ts";
import * as exec from "./handlers/exec.ts";
import * as images from "./handlers/images.ts";
import * as networks from "./handlers/networks.ts";
import * as system from "./handlers/system.ts";
import * as unsupported from "./handlers/unsupported.ts";
import * as volumes from "./handlers/volumes.ts";
import type { Route } from "./route-table.ts";

export const ROUTES: readonly Route[] = [
  ["GET", "/_ping", system.ping, "is it there; HEAD too"],
  ["GET", "/version", system.version, "versions of engine, API and kernel"],
  ["GET", "/info", system.info, "the machine and what runs on it"],
  [
    "GET",
    "/events",
    system.events,
    "a JSON text a line: `since`, `until`; `filters`: `container`, `daemon`, `event`, `image`, `label`, `network`, `scope`, `type`, `volume`",
  ],
  ["GET", "/system/df", diskUsage, "what images, containers and volumes take: `type`"],

  [
    "GET",
    "/containers/json",
    containers.list,
    "list: `all`, `limit`, `size`; `filters`: `ancestor`, `before`, `exited`, `expose`, `health`, `id`, `is-task`, `isolation`, `label`, `name`, `network`, `publish`, `since`, `status`, `volume`",
  ],
  ["POST", "/containers/create", containers.create, "a container from a configuration: `name`, `platform`"],
  [
    "POST",
    "/containers/prune",
    containers.prune,
    "removes those that do not run; `filters`: `label`, `label!`, `until`",
  ],
  ["GET", "/containers/{id}/json", containers.inspect, "everything about one: `size`"],
  ["POST", "/containers/{id}/start", containers.start, "starts it; 304 when it runs"],
  [
    "POST",
    "/containers/{id}/stop",
    containers.stop,
    "`signal`, after `t` seconds SIGKILL; 304 when it does not run",
  ],
  ["POST", "/containers/{id}/restart", containers.restart, "stop and start: `signal`, `t`"],
  ["POST", "/containers/{id}/kill", containers.kill, "a signal: `signal`"],
  ["POST", "/containers/{id}/pause", containers.pause, "the cgroup freezer"],
  ["POST", "/containers/{id}/unpause", containers.unpause, "and out of it again"],
  ["POST", "/containers/{id}/wait", containers.wait, "its exit code, headers at once: `condition`"],
  ["POST", "/containers/{id}/resize", containers.resize, "the terminal's size: `h`, `w`"],
  ["POST", "/containers/{id}/rename", containers.rename, "another name: `name`"],
  [
    "DELETE",
    "/containers/{id...}",
    containers.remove,
    "removes it: `force`, `v`; with `link` a link of it (`PARENT/ALIAS`)",
  ],
  ["POST", "/containers/{id}/update", stats.update, "limits and restart policy, also while it runs"],
  ["GET", "/containers/{id}/top", stats.top, "its processes: `ps_args`"],
  [
    "GET",
    "/containers/{id}/stats",
    stats.stats,
    "use of processor, memory, network, once or as a stream: `stream`, `one-shot`",
  ],
  ["GET", "/containers/{id}/archive", files.read, "a tar of `path`; HEAD tells only what is there"],
  ["PUT", "/containers/{id}/archive", files.write, "unpacks a tar at `path`"],
  ["GET", "/containers/{id}/export", files.exportAll, "the whole file system as a tar"],
  ["GET", "/containers/{id}/changes", files.changes, "what it changed of its image"],
  [
    "POST",
    "/commit",
    files.commit,
    "an image of what it changed: `container`, `repo`, `tag`, `comment`, `author`, `changes`, `pause`",
  ],
  [
    "POST",
    "/containers/{id}/attach",
    streams.attach,
    "its streams on the connection, raw or framed: `stream`, `logs`, `stdin`, `stdout`, `stderr`, `detachKeys`",
  ],
  [
    "GET",
    "/containers/{id}/attach/ws",
    streams.attachWebSocket,
    "its streams in binary messages of a WebSocket: the same as of attach",
  ],
  [
    "GET",
    "/containers/{id}/logs",
    streams.logs,
    "its output: `stdout`, `stderr`, `follow`, `tail`, `since`, `until`, `timestamps`",
  ],

  ["POST", "/containers/{id}/exec", exec.create, "prepares another process in it"],
  ["POST", "/exec/{id}/start", exec.start, "runs it, on the connection or detached"],
  ["POST", "/exec/{id}/resize", exec.resize, "its terminal's size: `h`, `w`"],
  ["GET", "/exec/{id}/json", exec.inspect, "its state and exit code"],

  [
    "GET",
    "/images/json",
    images.list,
    "list: `all`; `filters`: `before`, `dangling`, `label`, `reference`, `since`, `until`",
  ],
  [
    "POST",
    "/images/create",
    images.create,
    "pull (`fromImage`, `tag`, `platform`): the images that ship, and OCI image layouts on web servers; import (`fromSrc`, `repo`, `tag`, `message`, `changes`, `platform`): a tar, sent or fetched",
  ],
  [
    "POST",
    "/images/load",
    images.load,
    "images from an archive, docker's or an OCI layout, plain, gzip or zstd: `platform`, `quiet`",
  ],
  ["GET", "/images/get", images.save, "an archive of images: `names`, `platform`"],
  ["GET", "/images/{name...}/get", images.save, "the same of one: `platform`"],
  [
    "POST",
    "/images/prune",
    images.prune,
    "removes those without a name, or all that are not used; `filters`: `dangling`, `label`, `label!`, `until`",
  ],
  ["GET", "/images/{name...}/json", images.inspect, "everything about one: `platform`"],
  ["GET", "/images/{name...}/history", images.history, "the steps it was made in: `platform`"],
  ["POST", "/images/{name...}/tag", images.tag, "another name: `repo`, `tag`"],
  ["DELETE", "/images/{name...}", images.remove, "takes a name away, with the last one the image: `force`"],

  [
    "GET",
    "/networks",
    networks.list,
    "list; `filters`: `dangling`, `driver`, `id`, `label`, `name`, `scope`, `type`",
  ],
  ["POST", "/networks/create", networks.create, "a bridge network"],
  [
    "POST",
    "/networks/prune",
    networks.prune,
    "removes those that nothing uses; `filters`: `label`, `label!`, `until`",
  ],
  ["GET", "/networks/{id}", networks.inspect, "everything about one"],
  ["DELETE", "/networks/{id}", networks.remove, "removes it"],
  ["POST", "/networks/{id}/connect", networks.connect, "adds a container"],
  ["POST", "/networks/{id}/disconnect", networks.disconnect, "takes a container out"],

  ["GET", "/volumes", volumes.list, "list; `filters`: `dangling`, `driver`, `label`, `name`"],
  ["POST", "/volumes/create", volumes.create, "a volume on the data disk"],
  [
    "POST",
    "/volumes/prune",
    volumes.prune,
    "removes those without a name that nothing uses; `filters`: `all`, `label`, `label!`",
  ],
  ["GET", "/volumes/{name}", volumes.inspect, "everything about one"],
  ["DELETE", "/volumes/{name}", volumes.remove, "removes it: `force`"],

  [
    "GET",
    "/images/search",
    images.search,
    "among the images that ship, no registry is asked: `term`, `limit`; `filters`: `is-automated`, `is-official`, `stars`",
  ],
  [
    "GET",
    "/distribution/{name...}/json",
    images.distribution,
    "of an image that ships, or in an OCI image layout on a web server",
  ],
  ["POST", "/images/{name...}/push", images.push, "no: registries are not supported yet"],
  [
    "POST",
    "/auth",
    unsupported.notSupported("logging in to registries"),
    "no: registries are not supported yet",
  ],

  ["POST", "/build", unsupported.notSupported("docker build"), "no: building images is not supported yet"],
  ["POST", "/build/prune", unsupported.pruneBuild, "nothing to remove: there is no build cache"],
  [
    "POST",
    "/build/cancel",
    unsupported.notSupported("docker build"),
    "no: building images is not supported yet",
  ],
  ["POST", "/session", unsupported.noSession, "no: BuildKit's; clients fall back to /build"],
  ["POST", "/grpc", unsupported.noSession, "no: BuildKit's; clients fall back to /build"],

  ["GET", "/plugins", unsupported.noPlugins, "an empty list: there are no plugins"],
  ["GET", "/plugins/privileges", unsupported.notSupported("docker plugin"), "no: there are no plugins"],
  ["POST", "/plugins/pull", unsupported.notSupported("docker plugin"), "no: there are no plugins"],
  ["POST", "/plugins/create", unsupported.notSupported("docker plugin"), "no: there are no plugins"],
  ["GET", "/plugins/{name...}/json", unsupported.noSuchPlugin, "no: there are no plugins"],
  ["DELETE", "/plugins/{name...}", unsupported.noSuchPlugin, "no: there are no plugins"],
  ["POST", "/plugins/{name...}/enable", unsupported.noSuchPlugin, "no: there are no plugins"],
  ["POST", "/plugins/{name...}/disable", unsupported.noSuchPlugin, "no: there are no plugins"],
  ["POST", "/plugins/{name...}/upgrade", unsupported.noSuchPlugin, "no: there are no plugins"],
  ["POST", "/plugins/{name...}/push", unsupported.noSuchPlugin, "no: there are no plugins"],
  ["POST", "/plugins/{name...}/set", unsupported.noSuchPlugin, "no: there are no plugins"],

  ["PUT", "/volumes/{name}", unsupported.noClusterVolumes, "no: this host is in no swarm"],
  ["GET", "/swarm", unsupported.notManager, "no: this host is in no swarm"],
  ["POST", "/swarm/init", unsupported.swarmUnsupported, "no: there is one machine"],
  ["POST", "/swarm/join", unsupported.swarmUnsupported, "no: there is one machine"],
  ["POST", "/swarm/leave", unsupported.notInSwarm, "no: this host is in no swarm"],
  ["POST", "/swarm/update", unsupported.notManager, "no: this host is in no swarm"],
  ["GET", "/swarm/unlockkey", unsupported.notManager, "no: this host is in no swarm"],
  ["POST", "/swarm/unlock", unsupported.notManager, "no: this host is in no swarm"],
  ["GET", "/nodes", unsupported.notManager, "no: this host is in no swarm"],
  ["GET", "/nodes/{id}", unsupported.notManager, "no: this host is in no swarm"],
  ["DELETE", "/nodes/{id}", unsupported.notManager, "no: this host is in no swarm"],
  ["POST", "/nodes/{id}/update", unsupported.notManager, "no: this host is in no swarm"],
  ["GET", "/services", unsupported.notManager, "no: this host is in no swarm"],
  ["POST", "/services/create", unsupported.notManager, "no: this host is in no swarm"],
  ["GET", "/services/{id}", unsupported.notManager, "no: this host is in no swarm"],
  ["DELETE", "/services/{id}", unsupported.notManager, "no: this host is in no swarm"],
  ["POST", "/services/{id}/update", unsupported.notManager, "no: this host is in no swarm"],
  ["GET", "/secrets", unsupported.notManager, "no: this host is in no swarm"],
  ["POST", "/secrets/create", unsupported.notManager, "no: this host is in no swarm"],
  ["GET", "/secrets/{id}", unsupported.notManager, "no: this host is in no swarm"],
  ["DELETE", "/secrets/{id}", unsupported.notManager, "no: this host is in no swarm"],
  ["POST", "/secrets/{id}/update", unsupported.notManager, "no: this host is in no swarm"],
  ["GET", "/configs", unsupported.notManager, "no: this host is in no swarm"],
  ["POST", "/configs/create", unsupported.notManager, "no: this host is in no swarm"],
  ["GET", "/configs/{id}", unsupported.notManager, "no: this host is in no swarm"],
  ["DELETE", "/configs/{id}", unsupported.notManager, "no: this host is in no swarm"],
  ["POST", "/configs/{id}/update", unsupported.notManager, "no: this host is in no swarm"],
  ["GET", "/services/{id}/logs", unsupported.notManager, "no: this host is in no swarm"],
  ["GET", "/tasks", unsupported.notManager, "no: this host is in no swarm"],
  ["GET", "/tasks/{id}", unsupported.notManager, "no: this host is in no swarm"],
  ["GET", "/tasks/{id}/logs", unsupported.notManager, "no: this host is in no swarm"],
];
