// An engine with a bit of everything in it, for comparing what command lines print.

import { FakeApi } from "./fake-api.ts";

export const SAMPLE_ID = "c0ffee".padEnd(64, "0");
const IMAGE_ID = `sha256:${"ab".repeat(32)}`;

/** Ages are relative to `nowMs`, in the middle of their unit so that both clocks round alike. */
export function sampleEngine(nowMs: number): FakeApi {
  const now = Math.floor(nowMs / 1000);
  const image = {
    Id: IMAGE_ID,
    ParentId: "",
    RepoTags: ["busybox:latest", "busybox:1.36"],
    RepoDigests: [`busybox@sha256:${"cd".repeat(32)}`],
    Created: now - 86_400 * 3 - 40_000,
    Size: 7_654_321,
    SharedSize: -1,
    Labels: null,
    Containers: -1,
  };
  const container = {
    Id: SAMPLE_ID,
    Names: ["/web"],
    Image: "nginx",
    ImageID: IMAGE_ID,
    Command: "nginx -g 'daemon off;' --long",
    Created: now - 150,
    Ports: [
      { PrivatePort: 80, PublicPort: 8080, Type: "tcp", IP: "0.0.0.0" },
      { PrivatePort: 80, PublicPort: 8080, Type: "tcp", IP: "::" },
      { PrivatePort: 443, Type: "tcp" },
      { PrivatePort: 444, Type: "tcp" },
      { PrivatePort: 9000, PublicPort: 9000, Type: "udp", IP: "127.0.0.1" },
      { PrivatePort: 9001, PublicPort: 9001, Type: "udp", IP: "127.0.0.1" },
    ],
    Labels: { b: "2", a: "1", "com.example.some-name": "<&>" },
    State: "running",
    Status: "Up 2 minutes",
    HostConfig: { NetworkMode: "bridge" },
    NetworkSettings: { Networks: { bridge: {} } },
    Mounts: [
      { Type: "volume", Name: "averyveryverylongname", Source: "/v", Destination: "/d", Driver: "local" },
      { Type: "bind", Source: "/src", Destination: "/d2" },
    ],
    SizeRw: 1234,
    SizeRootFs: 7_654_321,
  };
  const old = {
    ...container,
    Id: `d${SAMPLE_ID.slice(1)}`,
    Names: ["/old", "/web/alias"],
    Ports: [],
    Command: "sh",
    Status: "Exited (0) 3 days ago",
    State: "exited",
    Mounts: [],
    Labels: {},
  };
  const volumes = [
    {
      Name: "v1",
      Driver: "local",
      Mountpoint: "/m",
      Labels: { a: "b" },
      Options: null,
      Scope: "local",
      CreatedAt: "2024-01-01T00:00:00Z",
      UsageData: { RefCount: 1, Size: 1_000_000 },
    },
    {
      Name: "data",
      Driver: "local",
      Mountpoint: "/m",
      Labels: null,
      Options: null,
      Scope: "local",
      CreatedAt: "2024-01-01T00:00:00Z",
      UsageData: { RefCount: 0, Size: 5000 },
    },
  ];
  const stats = {
    id: SAMPLE_ID,
    name: "/web",
    read: "2026-01-01T00:00:01Z",
    preread: "2026-01-01T00:00:00Z",
    num_procs: 0,
    pids_stats: { current: 3, limit: 100 },
    cpu_stats: {
      cpu_usage: { total_usage: 2e9, usage_in_kernelmode: 0, usage_in_usermode: 0 },
      system_cpu_usage: 2e10,
      online_cpus: 2,
      throttling_data: {},
    },
    precpu_stats: { cpu_usage: { total_usage: 1e9 }, system_cpu_usage: 1e10, throttling_data: {} },
    memory_stats: { usage: 9e6, limit: 67_108_864, stats: { inactive_file: 100_000 } },
    networks: { eth0: { rx_bytes: 1234, tx_bytes: 999_999 } },
    blkio_stats: {
      io_service_bytes_recursive: [
        { major: 1, minor: 2, op: "read", value: 4096 },
        { major: 1, minor: 2, op: "write", value: 123_456 },
      ],
    },
  };
  const inspected = {
    Id: SAMPLE_ID,
    Created: "2024-01-01T00:00:00.123456789Z",
    Path: "nginx",
    Args: ["-g", "daemon off;"],
    Name: "/web",
    State: {
      Status: "running",
      Running: true,
      Paused: false,
      Restarting: false,
      OOMKilled: false,
      Dead: false,
      Pid: 7,
      ExitCode: 0,
      Error: "",
      StartedAt: "2024-01-01T00:00:01Z",
      FinishedAt: "0001-01-01T00:00:00Z",
    },
    Config: { Tty: false, Image: "nginx", Env: ["A=1", "B=<2>"], Cmd: ["nginx"], Labels: { a: "b" } },
    HostConfig: { NetworkMode: "bridge", Memory: 1024, Binds: null },
    NetworkSettings: {
      IPAddress: "172.17.0.2",
      Ports: {
        "80/tcp": [
          { HostIp: "0.0.0.0", HostPort: "8080" },
          { HostIp: "::", HostPort: "8080" },
        ],
        "90/udp": [{ HostIp: "127.0.0.1", HostPort: "99" }],
        "443/tcp": null,
      },
      Networks: { bridge: { IPAddress: "172.17.0.2", Gateway: "172.17.0.1" } },
    },
    Mounts: [],
  };
  return new FakeApi()
    .on("GET /containers/json", { json: [container, old] })
    .on("GET /images/json", {
      json: [
        image,
        { ...image, RepoTags: [], RepoDigests: [] },
        { ...image, RepoTags: [] },
        { ...image, RepoTags: ["reg.example:5000/a/b:c"], RepoDigests: [] },
      ],
    })
    .on("GET /containers/web/json", { json: inspected })
    .on("GET /containers/web/stats", { json: stats })
    .on("GET /containers/web/top", {
      json: {
        Titles: ["UID", "PID", "CMD"],
        Processes: [
          ["root", "1", "sh -c x"],
          ["root", "12345", "sleep 1"],
        ],
      },
    })
    .on("GET /containers/web/changes", {
      json: [
        { Path: "/a", Kind: 0 },
        { Path: "/a/b", Kind: 1 },
        { Path: "/c", Kind: 2 },
      ],
    })
    .on("POST /containers/web/update", { json: { Warnings: ["careful"] } })
    .on("POST /containers/web/wait", { json: { StatusCode: 3 } })
    .on("POST /containers/web/stop", { status: 204 })
    .on("POST /containers/web/rename", { status: 204 })
    .on("DELETE /containers/web", { status: 204 })
    .on("DELETE /containers/used", {
      status: 409,
      json: {
        message:
          'cannot remove container "used": container is running: stop the container before removing or force remove',
      },
    })
    .on("GET /images/busybox/history", {
      json: [
        {
          Id: IMAGE_ID,
          Created: now - 4000,
          CreatedBy: '/bin/sh -c #(nop)  CMD ["sh"] and a lot more words here\tx',
          Tags: ["busybox:latest"],
          Size: 0,
          Comment: "c",
        },
        {
          Id: "<missing>",
          Created: now - 8000,
          CreatedBy: "ADD x",
          Tags: null,
          Size: 7_654_321,
          Comment: "",
        },
      ],
    })
    .on("DELETE /images/busybox", { json: [{ Untagged: "busybox:latest" }, { Deleted: IMAGE_ID }] })
    .on("DELETE /images/nope", { status: 404, json: { message: "No such image: nope:latest" } })
    .on("POST /images/busybox/tag", { status: 201 })
    .on("GET /volumes", { json: { Volumes: volumes, Warnings: null } })
    .on("POST /volumes/create", { status: 201, json: { ...volumes[0], Name: "v9" } })
    .on("POST /volumes/prune", { json: { VolumesDeleted: ["a", "b"], SpaceReclaimed: 1_234_567 } })
    .on("DELETE /volumes/v1", { status: 204 })
    .on("GET /networks", {
      json: [
        {
          Name: "bridge",
          Id: "e".repeat(64),
          Created: "2024-01-01T00:00:00Z",
          Scope: "local",
          Driver: "bridge",
          EnableIPv4: true,
          EnableIPv6: false,
          IPAM: {},
          Internal: false,
          Labels: {},
        },
        {
          Name: "a",
          Id: "f".repeat(64),
          Created: "2024-01-01T00:00:00Z",
          Scope: "local",
          Driver: "null",
          IPAM: {},
          Labels: { x: "y" },
        },
      ],
    })
    .on("GET /networks/n", {
      json: { Name: "n", Id: "f".repeat(64), Driver: "bridge", Created: "2024-01-01T00:00:00Z" },
    })
    .on("DELETE /networks/n", { status: 204 })
    .on("POST /networks/create", { status: 201, json: { Id: "f".repeat(64), Warning: "" } })
    .on("POST /networks/n/connect", { status: 200 })
    .on("POST /networks/prune", { json: { NetworksDeleted: ["n1", "n2"] } })
    .on("POST /containers/prune", { json: { ContainersDeleted: [SAMPLE_ID, "x"], SpaceReclaimed: 212 } })
    .on("POST /images/prune", {
      json: { ImagesDeleted: [{ Untagged: "a:b" }, { Deleted: IMAGE_ID }], SpaceReclaimed: 7_654_321 },
    })
    .on("POST /build/prune", { json: { CachesDeleted: [], SpaceReclaimed: 0 } })
    .on("GET /system/df", {
      json: {
        LayersSize: 7_654_321,
        Images: [
          { ...image, RepoTags: ["busybox:latest"], SharedSize: 100, Containers: 1 },
          { ...image, RepoTags: null, RepoDigests: null, SharedSize: 0, Containers: 0 },
        ],
        Containers: [container, old],
        Volumes: volumes,
        BuildCache: [],
      },
    })
    .on("GET /events", {
      text: [
        {
          status: "create",
          id: SAMPLE_ID,
          from: "busybox",
          Type: "container",
          Action: "create",
          Actor: { ID: SAMPLE_ID, Attributes: { image: "busybox", name: "x" } },
          scope: "local",
          time: now,
          timeNano: now * 1e9,
        },
        {
          Type: "network",
          Action: "connect",
          Actor: { ID: "n1", Attributes: {} },
          scope: "local",
          time: now,
          timeNano: now * 1e9,
        },
      ]
        .map((event) => `${JSON.stringify(event)}\n`)
        .join(""),
    })
    .on("POST /images/load", { text: '{"stream":"Loaded image: busybox:latest\\n"}\r\n' })
    .on("POST /images/create", {
      text: [
        { status: "Pulling from library/x", id: "latest" },
        { status: "Pulling fs layer", progressDetail: {}, id: "17eec7bbc9d7" },
        {
          status: "Downloading",
          progressDetail: { current: 1000, total: 2000 },
          progress: "[=>] x",
          id: "17eec7bbc9d7",
        },
        { status: "Pull complete", progressDetail: {}, id: "17eec7bbc9d7" },
        { status: "Status: Downloaded newer image for x:latest" },
      ]
        .map((line) => `${JSON.stringify(line)}\r\n`)
        .join(""),
    })
    .on("POST /commit", { status: 201, json: { Id: IMAGE_ID } })
    .on("POST /containers/create", { status: 201, json: { Id: SAMPLE_ID, Warnings: [] } })
    .on(`POST /containers/${SAMPLE_ID}/start`, { status: 204 })
    .on(`POST /containers/${SAMPLE_ID}/wait`, { json: { StatusCode: 0 } })
    .on(`GET /containers/${SAMPLE_ID}/logs`, { text: "" })
    .on("GET /info", { json: { Name: "sample", Swarm: { LocalNodeState: "inactive" } } });
}
