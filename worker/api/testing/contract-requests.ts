// What Docker's Engine API answers on a host with these containers: `web` (busybox, runs, label team=blue, port 80 published at 8088),
// `done` (ended with 3, printed to both streams), `idle` (never started), the network `lan`, the volume `data`. From the API's
// reference and moby's sources; a case a line: request, status, what the body must be (text, pattern, or part of the JSON), body to send.

import { expect } from "vitest";

export type Wanted = string | RegExp | object | null;
export type RequestCase = readonly [request: string, status: number, body: Wanted, json?: unknown];

const ID = expect.stringMatching(/^[0-9a-f]{64}$/);
const IMAGE_ID = expect.stringMatching(/^sha256:[0-9a-f]{64}$/);
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
const ANY = expect.anything();
const NEVER = "0001-01-01T00:00:00Z";

function says(message: string | RegExp): object {
  return { message: typeof message === "string" ? message : expect.stringMatching(message) };
}

const filters = (value: object) => `filters=${encodeURIComponent(JSON.stringify(value))}`;
const platform = (architecture: string) => encodeURIComponent(JSON.stringify({ os: "linux", architecture }));
const OTHER_PLATFORM =
  "image with reference busybox was found but its platform (linux/386) does not match the specified platform (linux/arm64)";
const noContainer = (name: string) => says(`No such container: ${name}`);
const badFilter = says("invalid filter 'nope'");
const manager = says(/^This node is not a swarm manager\. Use "docker swarm init" or "docker swarm join"/);

export const REQUESTS: Readonly<Record<string, readonly RequestCase[]>> = {
  system: [
    ["GET /_ping", 200, "OK"],
    ["HEAD /_ping", 200, ""],
    ["GET /v1.24/_ping", 200, "OK"],
    ["GET /version", 200, { ApiVersion: "1.51", MinAPIVersion: "1.24", Os: "linux", Arch: "386" }],
    [
      "GET /v1.44/version",
      200,
      { Components: [{ Name: "Engine", Version: ANY, Details: { MinAPIVersion: "1.24" } }] },
    ],
    [
      "GET /info",
      200,
      { OSType: "linux", Architecture: "i686", Driver: "overlay2", CgroupVersion: "2", NCPU: 1 },
    ],
    ["GET /info", 200, { Containers: 3, ContainersRunning: 1, ContainersPaused: 0, ContainersStopped: 2 }],
    ["GET /info", 200, { Swarm: { LocalNodeState: "inactive", ControlAvailable: false } }],
    ["GET /system/df", 200, { LayersSize: ANY, Images: ANY, Containers: ANY, Volumes: ANY, BuildCache: ANY }],
    [
      "GET /system/df?type=volume&type=build-cache",
      200,
      { LayersSize: 0, Images: null, Containers: null, Volumes: [{ Name: "data" }], BuildCache: [] },
    ],
    ["GET /system/df?type=nope", 400, says("unknown object type: nope")],
    ["GET /events?since=1&until=2", 200, ""],
    [`GET /events?since=0&until=1&${filters({ type: ["container"] })}`, 200, ""],
    ["GET /v1.99/info", 400, says("client version 1.99 is too new. Maximum supported API version is 1.51")],
    [
      "GET /v1.20/info",
      400,
      says(/^client version 1\.20 is too old\. Minimum supported API version is 1\.24/),
    ],
    ["GET /nowhere", 404, says("page not found")],
    ["GET /", 404, says("page not found")],
    ["PUT /containers/json", 404, says("page not found")],
    ["POST /info", 404, says("page not found")],
    ["POST /auth", 501, says(/not supported yet/), { username: "a", password: "b" }],
    ["POST /build/prune", 200, { CachesDeleted: null, SpaceReclaimed: 0 }],
    ["POST /session", 404, says("page not found")],
  ],
  containers: [
    ["GET /containers/json", 200, [{ Id: ID, Names: ["/web"], Image: "busybox", State: "running" }]],
    [
      "GET /containers/json",
      200,
      [{ Command: "sleep 100000", Created: expect.any(Number), ImageID: IMAGE_ID }],
    ],
    [
      "GET /containers/json",
      200,
      [{ Ports: [{ IP: "0.0.0.0", PrivatePort: 80, PublicPort: 8088, Type: "tcp" }] }],
    ],
    ["GET /containers/json", 200, [{ Labels: { team: "blue" }, HostConfig: { NetworkMode: ANY } }]],
    [
      "GET /containers/json",
      200,
      [
        {
          Status: expect.stringMatching(/^Up (Less than a second|\d+ seconds?|About a minute|\d+ minutes)$/),
        },
      ],
    ],
    ["GET /containers/json?all=1", 200, [{ Names: ["/idle"] }, { Names: ["/done"] }, { Names: ["/web"] }]],
    ["GET /containers/json?all=true&limit=2", 200, [{ Names: ["/idle"] }, { Names: ["/done"] }]],
    ["GET /containers/json?limit=1", 200, [{ Names: ["/idle"] }]],
    [
      `GET /containers/json?${filters({ status: ["exited"] })}`,
      200,
      [{ Names: ["/done"], Status: expect.stringMatching(/^Exited \(3\) /) }],
    ],
    [
      `GET /containers/json?${filters({ status: { created: true } })}`,
      200,
      [{ Names: ["/idle"], State: "created", Status: "Created" }],
    ],
    [`GET /containers/json?all=1&${filters({ name: ["we"] })}`, 200, [{ Names: ["/web"] }]],
    [`GET /containers/json?all=1&${filters({ name: ["^/idle$"] })}`, 200, [{ Names: ["/idle"] }]],
    [`GET /containers/json?${filters({ label: ["team=blue"] })}`, 200, [{ Names: ["/web"] }]],
    [`GET /containers/json?${filters({ label: ["team=red"] })}`, 200, []],
    [`GET /containers/json?all=1&${filters({ exited: ["3"] })}`, 200, [{ Names: ["/done"] }]],
    [`GET /containers/json?all=1&${filters({ ancestor: ["busybox"] })}`, 200, [ANY, ANY, ANY]],
    [`GET /containers/json?all=1&${filters({ volume: ["data"] })}`, 200, [{ Names: ["/idle"] }]],
    [`GET /containers/json?all=1&${filters({ network: ["lan"] })}`, 200, [{ Names: ["/idle"] }]],
    [`GET /containers/json?all=1&${filters({ publish: ["80"] })}`, 200, [{ Names: ["/web"] }]],
    [`GET /containers/json?all=1&${filters({ before: ["done"] })}`, 200, [{ Names: ["/web"] }]],
    [`GET /containers/json?all=1&${filters({ since: ["done"] })}`, 200, [{ Names: ["/idle"] }]],
    [`GET /containers/json?${filters({ nope: ["x"] })}`, 400, badFilter],
    [`GET /containers/json?${filters({ status: ["nope"] })}`, 400, says(/invalid.*nope/)],
    ["GET /containers/json?filters=nope", 400, says(/invalid/)],
    ["GET /containers/json?limit=x", 400, says('strconv.Atoi: parsing "x": invalid syntax')],
    [
      "GET /containers/web/json",
      200,
      { Id: ID, Name: "/web", Path: "sleep", Args: ["100000"], RestartCount: 0, Platform: "linux" },
    ],
    [
      "GET /containers/web/json",
      200,
      {
        State: { Status: "running", Running: true, Paused: false, OOMKilled: false, ExitCode: 0, Error: "" },
      },
    ],
    [
      "GET /containers/web/json",
      200,
      { State: { Pid: expect.any(Number), StartedAt: TIME, FinishedAt: NEVER } },
    ],
    [
      "GET /containers/web/json",
      200,
      { Config: { Image: "busybox", Cmd: ["sleep", "100000"], Labels: { team: "blue" }, Tty: false } },
    ],
    [
      "GET /containers/web/json",
      200,
      {
        Config: {
          Env: expect.arrayContaining([expect.stringMatching(/^PATH=/)]),
          ExposedPorts: { "80/tcp": {} },
        },
      },
    ],
    [
      "GET /containers/web/json",
      200,
      {
        HostConfig: {
          PortBindings: { "80/tcp": [{ HostIp: "", HostPort: "8088" }] },
          RestartPolicy: { Name: "no" },
        },
      },
    ],
    [
      "GET /containers/web/json",
      200,
      {
        NetworkSettings: {
          Networks: {
            bridge: {
              Gateway: "172.17.0.1",
              IPPrefixLen: 16,
              IPAddress: expect.stringMatching(/^172\.17\./),
            },
          },
        },
      },
    ],
    [
      "GET /containers/web/json",
      200,
      { NetworkSettings: { Ports: { "80/tcp": [{ HostIp: "0.0.0.0", HostPort: "8088" }] } } },
    ],
    [
      "GET /containers/done/json",
      200,
      { State: { Status: "exited", Running: false, Pid: 0, ExitCode: 3, FinishedAt: TIME } },
    ],
    [
      "GET /containers/idle/json",
      200,
      { State: { Status: "created", StartedAt: NEVER, FinishedAt: NEVER }, Created: TIME },
    ],
    [
      "GET /containers/idle/json",
      200,
      { Mounts: [{ Type: "volume", Name: "data", Destination: "/data", RW: true }] },
    ],
    [
      "GET /containers/idle/json",
      200,
      { HostConfig: { Memory: 33554432, NetworkMode: "lan" }, Image: IMAGE_ID },
    ],
    ["GET /containers/nope/json", 404, noContainer("nope")],
    ["POST /containers/create", 400, says("config cannot be empty in order to create a container"), {}],
    ["POST /containers/create", 404, says("No such image: nope:latest"), { Image: "nope" }],
    [
      "POST /containers/create",
      400,
      says("invalid reference format: repository name (library/UPPER) must be lowercase"),
      { Image: "UPPER" },
    ],
    [
      "POST /containers/create?name=web",
      409,
      says(
        /^Conflict\. The container name "\/web" is already in use by container "[0-9a-f]{64}"\. You have to remove \(or rename\)/,
      ),
      { Image: "busybox" },
    ],
    [
      "POST /containers/create?name=-x",
      400,
      says("Invalid container name (-x), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed"),
      { Image: "busybox" },
    ],
    [
      "POST /containers/create?name=netless",
      201,
      { Id: ID },
      { Image: "busybox", HostConfig: { NetworkMode: "nope" } },
    ],
    ["POST /containers/netless/start", 404, says("network nope not found")],
    ["DELETE /containers/netless", 204, null],
    [
      "POST /containers/create?name=netless",
      201,
      { Id: ID },
      { Image: "busybox", HostConfig: { NetworkMode: "container:nope" } },
    ],
    [
      "POST /containers/netless/start",
      500,
      says("joining network namespace of container: No such container: nope"),
    ],
    ["DELETE /containers/netless", 204, null],
    [
      "POST /containers/create?name=netless",
      201,
      { Id: ID },
      { Image: "busybox", HostConfig: { NetworkMode: "container:idle" } },
    ],
    [
      "POST /containers/netless/start",
      409,
      says("cannot join network namespace of a non running container: container idle is created"),
    ],
    ["DELETE /containers/netless", 204, null],
    [
      "POST /containers/create",
      404,
      noContainer("nope"),
      { Image: "busybox", HostConfig: { PidMode: "container:nope" } },
    ],
    [
      "POST /containers/create",
      400,
      says("conflicting options: hostname and the network mode"),
      { Image: "busybox", Hostname: "h", HostConfig: { NetworkMode: "container:web" } },
    ],
    [
      "POST /containers/create",
      400,
      says("conflicting options: port exposing and the container type network mode"),
      { Image: "busybox", ExposedPorts: { "80/tcp": {} }, HostConfig: { NetworkMode: "container:web" } },
    ],
    [
      "POST /containers/create",
      400,
      says("conflicting options: hostname and the UTS mode"),
      { Image: "busybox", Hostname: "h", HostConfig: { UTSMode: "host" } },
    ],
    [
      "POST /containers/create",
      400,
      says(
        "invalid config for network bridge: invalid endpoint settings:\nuser specified IP address is supported on user defined networks only",
      ),
      {
        Image: "busybox",
        NetworkingConfig: { EndpointsConfig: { bridge: { IPAMConfig: { IPv4Address: "172.17.0.9" } } } },
      },
    ],
    [
      "POST /containers/create",
      400,
      says("Conflicting options: Nano CPUs and CPU Quota cannot both be set"),
      { Image: "busybox", HostConfig: { NanoCpus: 1, CpuQuota: 5000 } },
    ],
    [
      "POST /containers/create",
      400,
      says('invalid port specification: "x"'),
      { Image: "busybox", HostConfig: { PortBindings: { "80/tcp": [{ HostPort: "x" }] } } },
    ],
    [
      "POST /containers/create",
      400,
      says("invalid isolation (hyperv): linux only supports 'default'"),
      { Image: "busybox", HostConfig: { Isolation: "hyperv" } },
    ],
    [
      "POST /containers/create",
      400,
      says(/invalid/i),
      { Image: "busybox", HostConfig: { RestartPolicy: { Name: "nope" } } },
    ],
    [
      "POST /containers/create",
      400,
      says('invalid userns mode: "shared"'),
      { Image: "busybox", HostConfig: { UsernsMode: "shared" } },
    ],
    [
      "POST /containers/create?platform=linux/amd64",
      404,
      says(
        "image with reference busybox was found but its platform (linux/386) does not match the specified platform (linux/amd64)",
      ),
      { Image: "busybox" },
    ],
    ["POST /containers/create", 400, says(/^invalid JSON/), "{"],
    [
      "POST /containers/create?name=made",
      201,
      { Id: ID, Warnings: ANY },
      { Image: "busybox", Cmd: ["true"] },
    ],
    ["POST /containers/made/rename?name=renamed", 204, null],
    [
      "POST /containers/renamed/rename?name=web",
      409,
      says(/^Conflict\. The container name "\/web" is already in use/),
    ],
    [
      "POST /containers/renamed/rename?name=renamed",
      400,
      says("Renaming a container with the same name as its current name"),
    ],
    ["DELETE /containers/renamed", 204, null],
    ["DELETE /containers/renamed", 404, noContainer("renamed")],
    [
      "DELETE /containers/web",
      409,
      says(
        /^cannot remove container "\/web": container is running: stop the container before removing or force remove$/,
      ),
    ],
    ["POST /containers/web/start", 304, null],
    ["POST /containers/nope/start", 404, noContainer("nope")],
    ["POST /containers/done/stop", 304, null],
    ["POST /containers/idle/stop", 304, null],
    ["POST /containers/nope/stop", 404, noContainer("nope")],
    [
      "POST /containers/done/kill",
      409,
      says(/^cannot kill container: done: container [0-9a-f]{64} is not running$/),
    ],
    ["POST /containers/nope/kill", 404, says(/No such container: nope$/)],
    ["POST /containers/web/kill?signal=NOPE", 400, says(/[Ii]nvalid signal: NOPE$/)],
    ["POST /containers/web/pause", 204, null],
    ["POST /containers/web/pause", 409, says(/^container [0-9a-f]{64} is already paused$/i)],
    ["GET /containers/web/json", 200, { State: { Status: "paused", Running: true, Paused: true } }],
    ["POST /containers/web/unpause", 204, null],
    ["POST /containers/web/unpause", 409, says(/^container [0-9a-f]{64} is not paused$/i)],
    ["POST /containers/idle/pause", 409, says(/^container [0-9a-f]{64} is not running$/i)],
    ["POST /containers/done/wait", 200, { StatusCode: 3 }],
    ["POST /containers/web/wait?condition=nope", 400, says(/invalid condition: "nope"/)],
    ["POST /containers/nope/wait", 404, noContainer("nope")],
    ["POST /containers/idle/resize?h=10&w=10", 409, says(/is not running/i)],
    ["POST /containers/web/resize?h=x&w=10", 400, says(/invalid/)],
    [
      "GET /containers/web/top",
      200,
      {
        Titles: ["UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"],
        Processes: [expect.arrayContaining(["sleep 100000"])],
      },
    ],
    ["GET /containers/idle/top", 409, says(/^container [0-9a-f]{64} is not running$/i)],
    ["GET /containers/nope/top", 404, noContainer("nope")],
    [
      "GET /containers/web/stats?stream=0",
      200,
      {
        id: ID,
        name: "/web",
        cpu_stats: { cpu_usage: { total_usage: expect.any(Number) } },
        memory_stats: { usage: expect.any(Number) },
        pids_stats: { current: 1 },
      },
    ],
    [
      "GET /containers/web/stats?stream=0&one-shot=1",
      200,
      { networks: { eth0: { rx_bytes: expect.any(Number), tx_bytes: expect.any(Number) } } },
    ],
    ["GET /containers/nope/stats?stream=0", 404, noContainer("nope")],
    ["POST /containers/idle/update", 200, { Warnings: null }, { Memory: 67108864, MemorySwap: 134217728 }],
    ["GET /containers/idle/json", 200, { HostConfig: { Memory: 67108864, MemorySwap: 134217728 } }],
    ["POST /containers/nope/update", 404, noContainer("nope"), { Memory: 67108864 }],
    [
      "POST /containers/idle/update",
      400,
      says(/^invalid restart policy: unknown policy 'nope'/),
      { RestartPolicy: { Name: "nope" } },
    ],
    ["GET /containers/idle/changes", 200, "null\n"],
    ["GET /containers/nope/changes", 404, noContainer("nope")],
    [`POST /containers/prune?${filters({ nope: ["x"] })}`, 400, badFilter],
  ],
  logs: [
    ["GET /containers/done/logs?stdout=1", 200, "\x01\x00\x00\x00\x00\x00\x00\x04out\n"],
    ["GET /containers/done/logs?stderr=1", 200, "\x02\x00\x00\x00\x00\x00\x00\x04err\n"],
    ["GET /containers/done/logs?stdout=1&tail=0", 200, ""],
    ["GET /containers/done/logs?stdout=1&since=99999999999", 200, ""],
    ["GET /containers/done/logs?stdout=1&timestamps=1", 200, /^.{8}\d{4}-\d\d-\d\dT[\d:]{8}\.\d{9}Z out\n$/s],
    ["GET /containers/done/logs", 400, says("Bad parameters: you must choose at least one stream")],
    ["GET /containers/nope/logs?stdout=1", 404, noContainer("nope")],
    ["POST /containers/done/attach?logs=1&stdout=1&stderr=1", 200, /out\n.*err\n/s],
    ["POST /containers/nope/attach?stdout=1", 404, noContainer("nope")],
    ["GET /containers/web/attach/ws", 400, says("not websocket protocol")],
  ],
  exec: [
    ["POST /containers/web/exec", 201, { Id: ID }, { Cmd: ["true"] }],
    ["POST /containers/web/exec", 400, says("No exec command specified"), {}],
    ["POST /containers/idle/exec", 409, says(/^container [0-9a-f]{64} is not running$/i), { Cmd: ["true"] }],
    ["POST /containers/nope/exec", 404, noContainer("nope"), { Cmd: ["true"] }],
    ["GET /exec/nope/json", 404, says("No such exec instance: nope")],
    ["POST /exec/nope/start", 404, says("No such exec instance: nope"), { Detach: true }],
    ["POST /exec/nope/resize?h=1&w=1", 404, says("No such exec instance: nope")],
  ],
  archive: [
    ["GET /containers/web/archive?path=/etc/passwd", 200, /^passwd\0/],
    ["HEAD /containers/web/archive?path=/etc/passwd", 200, ""],
    ["GET /containers/done/archive?path=/etc", 200, /etc\/\0/],
    ["GET /containers/web/archive?path=/nope", 404, says("Could not find the file /nope in container web")],
    ["GET /containers/web/archive", 400, says(/path/)],
    ["GET /containers/nope/archive?path=/", 404, noContainer("nope")],
    [
      "PUT /containers/web/archive?path=/nope",
      404,
      says("Could not find the file /nope in container web"),
      "tar",
    ],
    ["PUT /containers/web/archive?path=/etc/passwd", 400, says("extraction point is not a directory"), "tar"],
    ["GET /containers/nope/export", 404, noContainer("nope")],
  ],
  images: [
    [
      "GET /images/json",
      200,
      [
        {
          Id: IMAGE_ID,
          RepoTags: ["busybox:latest"],
          RepoDigests: [expect.stringMatching(/^busybox@sha256:/)],
          Containers: -1,
          SharedSize: -1,
        },
      ],
    ],
    [
      `GET /images/json?${filters({ reference: ["busy*"] })}`,
      200,
      [{ ParentId: "", Created: expect.any(Number), Size: expect.any(Number) }],
    ],
    ["GET /images/json?manifests=1", 200, /^(?!.*"(Manifests|Descriptor)")\[\{"Id":"sha256:/],
    [`GET /images/busybox/json?platform=${platform("386")}`, 200, { Architecture: "386" }],
    [`GET /images/busybox/json?platform=${platform("arm64")}`, 404, says(OTHER_PLATFORM)],
    [`GET /v1.48/images/busybox/json?platform=${platform("arm64")}`, 200, { Architecture: "386" }],
    [`GET /images/busybox/history?platform=${platform("arm64")}`, 404, says(OTHER_PLATFORM)],
    [`GET /images/busybox/get?platform=${platform("arm64")}`, 404, says(OTHER_PLATFORM)],
    [
      `GET /images/busybox/json?manifests=1&platform=${platform("386")}`,
      400,
      says("conflicting options: manifests and platform options cannot both be set"),
    ],
    ["GET /images/busybox/json?platform=x", 400, says(/^failed to parse platform: /)],
    ["GET /images/busybox/json?platform={}", 400, says("both OS and Architecture must be provided")],
    [`GET /images/json?${filters({ reference: ["nope"] })}`, 200, []],
    [`GET /images/json?${filters({ dangling: ["true"] })}`, 200, []],
    [`GET /images/json?${filters({ nope: ["true"] })}`, 400, badFilter],
    [`GET /images/json?${filters({ dangling: ["maybe"] })}`, 400, says(/^invalid filter 'dangling/)],
    [
      "GET /images/busybox/json",
      200,
      {
        Id: IMAGE_ID,
        RepoTags: ["busybox:latest"],
        Os: "linux",
        Architecture: "386",
        RootFS: { Type: "layers", Layers: [ANY] },
      },
    ],
    ["GET /images/docker.io/library/busybox:latest/json", 200, { Config: { Cmd: ["sh"] }, Created: TIME }],
    ["GET /images/nope/json", 404, says("No such image: nope:latest")],
    ["GET /images/nope:1/json", 404, says("No such image: nope:1")],
    [
      "GET /images/UPPER/json",
      400,
      says("invalid reference format: repository name (library/UPPER) must be lowercase"),
    ],
    [
      "GET /images/busybox/history",
      200,
      [{ Id: IMAGE_ID, Tags: ["busybox:latest"], Comment: ANY, Size: expect.any(Number) }],
    ],
    ["GET /images/nope/history", 404, says("No such image: nope:latest")],
    ["POST /images/busybox/tag?repo=mine&tag=1", 201, null],
    [
      "POST /images/busybox/tag?repo=MINE",
      400,
      says("invalid reference format: repository name (library/MINE) must be lowercase"),
    ],
    ["POST /images/nope/tag?repo=mine", 404, says("No such image: nope:latest")],
    ["DELETE /images/mine:1", 200, [{ Untagged: "mine:1" }]],
    ["DELETE /images/mine:1", 404, says("No such image: mine:1")],
    [
      "DELETE /images/busybox",
      409,
      says(
        /^conflict: unable to remove repository reference "busybox" \(must force\) - container [0-9a-f]{12} is using its referenced image [0-9a-f]{12}$/,
      ),
    ],
    [
      "POST /images/create?fromImage=nope&tag=latest",
      404,
      says(/^pull access denied for nope, repository does not exist or may require 'docker login'/),
    ],
    [
      "POST /images/create?fromImage=busybox&tag=0.0",
      404,
      says(/^manifest for busybox:0\.0 not found: manifest unknown/),
    ],
    [
      "POST /images/create?fromImage=busybox&tag=latest",
      200,
      /"status":"Status: Image is up to date for busybox:latest"/,
    ],
    [
      "POST /images/create?fromImage=busybox&tag=latest&platform=linux/arm64",
      404,
      says("no matching manifest for linux/arm64 in the manifest list entries"),
    ],
    ["POST /images/create?fromSrc=-&repo=UPPER", 400, says(/must be lowercase/), "tar"],
    ["POST /images/create", 400, says("invalid reference format")],
    ["GET /images/get?names=nope:1", 404, says("reference does not exist")],
    ["GET /images/nope/get", 404, says("No such image: nope:latest")],
    ["GET /images/busybox/get", 200, /^blobs\/\0/],
    ["GET /images/search?term=busybox", 200, [{ name: "busybox", is_official: true, star_count: 0 }]],
    ["GET /images/search?term=busybox&limit=101", 400, says("limit 101 is outside the range of [1, 100]")],
    ["GET /images/search", 400, says(/term/)],
    ["POST /images/nope/push?tag=1", 200, /"error":"An image does not exist locally with the tag: nope"/],
    [
      "GET /distribution/busybox/json",
      200,
      {
        Descriptor: { digest: IMAGE_ID, mediaType: "application/vnd.oci.image.manifest.v1+json", size: ANY },
        Platforms: [{ os: "linux", architecture: "386" }],
      },
    ],
    ["POST /images/prune", 200, { ImagesDeleted: null, SpaceReclaimed: 0 }],
    ["POST /commit?container=nope", 404, noContainer("nope")],
    ["POST /commit?container=done&repo=UPPER", 400, says(/must be lowercase/)],
    ["POST /commit?container=done&changes=RUN%20x", 400, says("RUN is not a valid change command")],
    ["POST /commit?container=done&repo=kept&tag=1&comment=why&author=me", 201, { Id: IMAGE_ID }],
    ["GET /images/kept:1/json", 200, { Author: "me", Comment: "why", Config: { Cmd: ANY } }],
    ["DELETE /images/kept:1", 200, [{ Untagged: "kept:1" }, { Deleted: IMAGE_ID }]],
    ["POST /build", 501, says("docker build is not supported yet")],
  ],
  networks: [
    [
      "GET /networks",
      200,
      expect.arrayContaining(
        ["bridge", "host", "none", "lan"].map((Name) => expect.objectContaining({ Name, Scope: "local" })),
      ),
    ],
    [`GET /networks?${filters({ type: ["custom"] })}`, 200, [{ Name: "lan", Driver: "bridge" }]],
    [`GET /networks?${filters({ driver: ["host"] })}`, 200, [{ Name: "host", Driver: "host" }]],
    [`GET /networks?${filters({ name: ["la"] })}`, 200, [{ Name: "lan" }]],
    [`GET /networks?${filters({ label: ["a=b"] })}`, 200, [{ Name: "lan", Labels: { a: "b" } }]],
    [`GET /networks?${filters({ nope: ["x"] })}`, 400, badFilter],
    [
      "GET /networks/lan",
      200,
      {
        Name: "lan",
        Id: ID,
        Driver: "bridge",
        Internal: false,
        IPAM: { Driver: "default", Config: [{ Subnet: "10.9.0.0/24", Gateway: "10.9.0.1" }] },
      },
    ],
    [
      "GET /networks/bridge",
      200,
      {
        Name: "bridge",
        Containers: ANY,
        IPAM: { Config: [{ Subnet: "172.17.0.0/16", Gateway: "172.17.0.1" }] },
      },
    ],
    ["GET /networks/nope", 404, says("network nope not found")],
    ["POST /networks/create", 409, says("network with name lan already exists"), { Name: "lan" }],
    [
      "POST /networks/create",
      403,
      says("operation is not permitted on predefined bridge network "),
      { Name: "bridge" },
    ],
    ["POST /networks/create", 400, says(/name/i), { Name: "" }],
    ["POST /networks/create", 404, says(/nope/), { Name: "x1", Driver: "nope" }],
    [
      "POST /networks/create",
      403,
      says(/10\.9\.0|[Oo]verlap/),
      { Name: "x2", IPAM: { Config: [{ Subnet: "10.9.0.0/25" }] } },
    ],
    [
      "POST /networks/create",
      400,
      says("invalid network config:\ninvalid subnet 10.8.0.1/24: it should be 10.8.0.0/24"),
      { Name: "x3", IPAM: { Config: [{ Subnet: "10.8.0.1/24" }] } },
    ],
    [
      "POST /networks/create",
      201,
      { Id: ID },
      {
        Name: "ranged",
        IPAM: {
          Config: [
            { Subnet: "10.8.0.0/24", IPRange: "10.8.0.128/25", AuxiliaryAddresses: { router: "10.8.0.9" } },
          ],
        },
      },
    ],
    [
      "GET /networks/ranged",
      200,
      {
        IPAM: {
          Config: [
            {
              Subnet: "10.8.0.0/24",
              IPRange: "10.8.0.128/25",
              Gateway: "10.8.0.128",
              AuxiliaryAddresses: { router: "10.8.0.9" },
            },
          ],
        },
      },
    ],
    [
      "POST /networks/ranged/connect",
      400,
      says("invalid endpoint settings:\nno configured subnet contains IP address 1.2.3.4"),
      { Container: "idle", EndpointConfig: { IPAMConfig: { IPv4Address: "1.2.3.4" } } },
    ],
    [
      "POST /networks/ranged/disconnect",
      500,
      says(/^container [0-9a-f]{64} is not connected to the network ranged$/),
      { Container: "idle" },
    ],
    ["DELETE /networks/ranged", 204, null],
    ["POST /networks/create", 201, { Id: ID, Warning: "" }, { Name: "wan" }],
    ["POST /networks/wan/connect", 404, noContainer("nope"), { Container: "nope" }],
    ["POST /networks/nope/connect", 404, says("network nope not found"), { Container: "idle" }],
    ["POST /networks/wan/connect", 200, null, { Container: "idle" }],
    ["POST /networks/wan/disconnect", 200, null, { Container: "idle" }],
    ["DELETE /networks/wan", 204, null],
    ["DELETE /networks/wan", 404, says("network wan not found")],
    ["DELETE /networks/bridge", 403, says("bridge is a pre-defined network and cannot be removed")],
    ["DELETE /networks/host", 403, says("host is a pre-defined network and cannot be removed")],
    [`POST /networks/prune?${filters({ label: ["nope"] })}`, 200, { NetworksDeleted: null }],
  ],
  volumes: [
    [
      "GET /volumes",
      200,
      { Volumes: [{ Name: "data", Driver: "local", Scope: "local", Labels: { a: "b" } }], Warnings: null },
    ],
    [`GET /volumes?${filters({ dangling: ["true"] })}`, 200, { Volumes: [] }],
    [`GET /volumes?${filters({ name: ["dat"] })}`, 200, { Volumes: [{ Name: "data" }] }],
    [`GET /volumes?${filters({ nope: ["x"] })}`, 400, badFilter],
    [
      "GET /volumes/data",
      200,
      { Name: "data", Mountpoint: "/var/lib/docker/volumes/data/_data", CreatedAt: TIME, Options: null },
    ],
    ["GET /volumes/nope", 404, says("get nope: no such volume")],
    ["POST /volumes/create", 201, { Name: "data", Driver: "local" }, { Name: "data" }],
    ["POST /volumes/create", 201, { Name: ID, Labels: ANY }, {}],
    [
      "POST /volumes/create",
      400,
      says(
        /^create -x: "-x" includes invalid characters for a local volume name, only "\[a-zA-Z0-9\]\[a-zA-Z0-9_\.-\]" are allowed/,
      ),
      { Name: "-x" },
    ],
    ["POST /volumes/create", 404, says(/nope/), { Name: "x", Driver: "nope" }],
    ["DELETE /volumes/data", 409, says(/^remove data: volume is in use - \[[0-9a-f]{64}\]$/)],
    ["DELETE /volumes/nope", 404, says("get nope: no such volume")],
    ["DELETE /volumes/nope?force=1", 204, null],
    ["POST /volumes/prune", 200, { VolumesDeleted: [ID] }],
    ["POST /volumes/create", 201, { Name: "spare" }, { Name: "spare" }],
    ["POST /volumes/prune", 200, { VolumesDeleted: null }],
    ["POST /v1.41/volumes/prune", 200, { VolumesDeleted: ["spare"] }],
    [
      "PUT /volumes/data",
      503,
      says("volume update only valid for cluster volumes, but swarm is unavailable"),
      {},
    ],
  ],
  "swarm and plugins": [
    ["GET /swarm", 503, manager],
    ["GET /nodes", 503, manager],
    ["GET /services", 503, manager],
    ["GET /services/x", 503, manager],
    ["GET /tasks", 503, manager],
    ["GET /secrets", 503, manager],
    ["GET /configs", 503, manager],
    ["POST /secrets/create", 503, manager, {}],
    ["POST /swarm/leave", 503, says("This node is not part of a swarm")],
    ["GET /plugins", 200, []],
    ["GET /plugins/nope/json", 404, says('plugin "nope" not found')],
  ],
};
