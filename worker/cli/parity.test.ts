// The same words to the real docker client and to ours, against the same engine: what they print, how they exit and what they ask
// must agree. Runs where a docker 28 client is installed.

import { execFile, execFileSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COMMANDS } from "./commands/command-list.ts";
import { docker } from "./testing/fake-session.ts";
import { sampleEngine } from "./testing/sample-engine.ts";
import { type ServedApi, serveApi } from "./testing/serve-api-node.ts";

function hasDocker28(): boolean {
  try {
    return /Docker version 28\./.test(execFileSync("docker", ["--version"], { encoding: "utf8" }));
  } catch {
    return false;
  }
}

const present = hasDocker28();
const api = sampleEngine(Date.now());
let served: ServedApi | undefined;

beforeAll(async () => {
  if (present) served = await serveApi(api.handler);
});
afterAll(() => served?.close());

function realDocker(words: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      "docker",
      [...words],
      { env: { PATH: process.env.PATH, HOME: "/nonexistent", DOCKER_HOST: served!.address, TZ: "UTC" } },
      (error, out, err) => {
        resolve({ code: typeof error?.code === "number" ? error.code : 0, out, err });
      },
    );
    child.stdin?.end();
  });
}

async function both(words: readonly string[]) {
  api.requests.length = 0;
  const real = await realDocker(words);
  const realAsked = api.requests.map(({ method, path, query }) => ({ method, path, query }));
  api.requests.length = 0;
  const ours = await docker(api, words);
  const ourAsked = api.requests.map(({ method, path, query }) => ({ method, path, query }));
  return { real, ours, realAsked, ourAsked };
}

const LINES: readonly (readonly string[])[] = [
  ["ps"],
  ["ps", "-a", "-s", "-n", "3", "-f", "status=running", "--filter", "name=x"],
  ["ps", "-q", "--no-trunc"],
  ["ps", "--format", "{{.ID}} {{.Names}}: {{.Ports | upper}} {{if .Mounts}}{{.Mounts}}{{else}}-{{end}}"],
  [
    "ps",
    "--format",
    'table {{.ID}}\\t{{.Label "a"}}\\t{{.Label "com.example.some-name"}}\\t{{.Networks}}\\t{{.LocalVolumes}}',
  ],
  ["ps", "--format", "{{json .Labels}}"],
  ["images"],
  ["images", "--digests"],
  ["images", "-q", "busybox"],
  ["stats", "--no-stream", "web"],
  ["stats", "--no-stream", "--format", "json", "web"],
  ["top", "web", "-ef"],
  ["port", "web"],
  ["port", "web", "80"],
  ["port", "web", "81/udp"],
  ["diff", "web"],
  ["history", "busybox"],
  ["history", "--no-trunc", "-H=false", "busybox"],
  ["history", "--format", "json", "busybox"],
  ["rmi", "busybox"],
  ["rmi", "nope"],
  ["rmi", "-f", "nope"],
  ["rm", "-f", "nope"],
  ["commit"],
  ["port"],
  ["port", "web", "x"],
  ["port", "web", "99999"],
  ["save", "-o", "/nope/x", "busybox"],
  ["-l", "nope", "ps"],
  ["ps", "--format", "{{nope .ID}}"],
  ["ps", "--format", "{{.Nope}}"],
  ["ps", "--format", "a\n{{if .Nope.Foo}}{{end}}"],
  ["images", "--format", "{{.Nope}}"],
  ["volume", "ls", "--format", "{{.Nope}}"],
  ["network", "ls", "--format", "{{.Nope}}"],
  ["history", "--format", "{{.Nope}}", "busybox"],
  ["ps", "--format", "{{len 5}}"],
  ["ps", "--format", '{{join .Names ","}}'],
  ["ps", "--format", '{{ index (split .Image "y") 5 }}'],
  ["ps", "--format", "{{upper 5}}"],
  ["ps", "--format", '{{truncate .Names "x"}}'],
  ["ps", "--format", '{{define "T"}}<{{.}}>{{end}}{{template "T" .Names}}{{block "B" .}}[{{.Image}}]{{end}}'],
  ["ps", "--format", '{{template "x"}}'],
  ["ps", "--format", "{{define x}}{{end}}"],
  ["ps", "--format", '{{pad "" 1 1}}{{pad .State 1 2}}|'],
  ["network", "create", "--subnet", "10.8.0.0/24", "--subnet", "10.8.0.0/25", "n"],
  ["run", "-m", "-1", "x"],
  ["run", "--shm-size", "-1", "x"],
  ["run", "--expose", "5-3", "x"],
  ["run", "--platform", "x", "x"],
  ["run", "--device", "/dev/null:/x:zz", "x"],
  ["run", "--network", "host", "--network", "lan", "x"],
  ["run", "--network-alias", "q", "x"],
  ["tag", "busybox", "b:c"],
  ["volume", "ls"],
  ["volume", "ls", "--format", "json"],
  ["volume", "create", "v9"],
  ["volume", "prune", "-f"],
  ["volume", "prune", "-af"],
  ["volume", "prune"],
  ["volume", "rm", "v1"],
  ["network", "ls"],
  ["network", "ls", "--format", "json", "--no-trunc"],
  ["network", "create", "n"],
  ["network", "connect", "--ip", "1.2.3.4", "--alias", "q", "n", "web"],
  ["network", "prune", "-f"],
  ["container", "prune", "-f"],
  ["container", "prune"],
  ["image", "prune", "-f"],
  ["image", "prune", "-a"],
  ["system", "df"],
  ["system", "df", "-v"],
  ["system", "df", "--format", "json"],
  ["events", "--until", "0"],
  ["load"],
  ["pull", "x"],
  ["pull", "-q", "x"],
  ["update", "-m", "5m", "web"],
  ["commit", "web", "r:t"],
  ["rename", "web", "b"],
  ["wait", "web"],
  ["stop", "-t", "3", "-s", "INT", "web"],
  ["rm", "-fv", "web", "used"],
  ["rm", "nope"],
  ["inspect", "web"],
  ["inspect", "-f", "{{.Name}} {{.State.Status}} {{.NetworkSettings.IPAddress}} {{json .Config.Env}}", "web"],
  ["inspect", "-f", "{{range $k, $v := .NetworkSettings.Networks}}{{$k}}={{$v.IPAddress}}{{end}}", "web"],
  ["inspect", "-f", '{{(index (index .NetworkSettings.Ports "80/tcp") 0).HostPort}}', "web"],
  [
    "inspect",
    "-f",
    "{{.State.Health}} {{.HostConfig.Binds}} {{.Config.Cmd}} {{.Config.Labels}} {{len .Config.Env}}",
    "web",
  ],
  [
    "inspect",
    "-f",
    '{{printf "%-8s|%5d|%q" .Name .State.Pid .Path}} {{join .Args ","}} {{split .Path "i"}}',
    "web",
  ],
  ["inspect", "-f", "{{.Foo", "web"],
  ["inspect", "-f", "{{foo .}}", "web"],
  ["inspect", "nope"],
  ["inspect", "web", "nope", "-f", "{{.Id}}"],
  ["container", "inspect", "nope"],
  ["run", "-d", "x"],
  ["context", "show"],
  ["logs", "nope"],
  ["logs", "web"],
  ["exec", "nope", "ls"],
];

const REFUSED: readonly (readonly string[])[] = [
  ["run"],
  ["run", "--foo", "x"],
  ["run", "-xyz", "x"],
  ["run", "--name"],
  ["run", "-e"],
  ["run", "--detach=maybe", "x"],
  ["run", "--memory=abc", "x"],
  ["run", "--memory", "10x", "x"],
  ["run", "--cpus=abc", "x"],
  ["run", "--cpus", "0.0000000001", "x"],
  ["run", "--health-interval", "10", "x"],
  ["run", "--blkio-weight", "99999", "x"],
  ["run", "--oom-score-adj", "x", "y"],
  ["run", "-a", "foo", "x"],
  ["run", "-p", "foo", "x"],
  ["run", "-p", "99999:80", "x"],
  ["run", "-p", "80:80:80:80", "x"],
  ["run", "--mount", "foo", "x"],
  ["run", "--mount", "type=bind,source=/x", "x"],
  ["run", "--mount", "type=tmpfs,target=/x,foo=bar", "x"],
  ["run", "--restart", "on-failure:x", "x"],
  ["run", "--rm", "--restart", "always", "x"],
  ["run", "-d", "-a", "stdout", "x"],
  ["run", "--ulimit", "foo", "x"],
  ["run", "--ulimit", "nofile=a", "x"],
  ["run", "--ulimit", "nofile=10:5", "x"],
  ["run", "--link", "a:b:c", "x"],
  ["run", "--env-file", "/nosuch", "x"],
  ["run", "-l", "=", "x"],
  ["run", "-e", "=x", "x"],
  ["run", "--network", "a=b", "x"],
  ["run", "--add-host", "foo", "x"],
  ["run", "--dns", "foo", "x"],
  ["run", "--expose", "foo", "x"],
  ["run", "--health-cmd", "a", "--no-healthcheck", "x"],
  ["run", "--sysctl", "foo", "x"],
  ["run", "--device-cgroup-rule", "foo", "x"],
  ["run", "--security-opt", "foo", "x"],
  ["run", "--pid", "foo", "x"],
  ["run", "--uts", "foo", "x"],
  ["run", "--userns", "foo", "x"],
  ["run", "--platform", "foo/bar/baz/q", "x"],
  ["run", "--pull", "foo", "x"],
  ["run", "--storage-opt", "foo", "x"],
  ["run", "--memory-swappiness", "500", "x"],
  ["run", "--log-driver", "none", "--log-opt", "a=b", "x"],
  ["run", "--mac-address", "foo", "x"],
  ["run", "FOO"],
  ["run", "a:b:c"],
  ["run", "-it", "x"],
  ["create", "-p", "foo", "x"],
  ["create", "FOO"],
  ["ps", "--foo"],
  ["ps", "-f", "foo"],
  ["ps", "foo"],
  ["ps", "--format", "{{.ID"],
  ["rm"],
  ["rename", "a"],
  ["exec", "a"],
  ["logs", "a", "b"],
  ["logs", "--since", "foo", "web"],
  ["events", "--since", "foo"],
  ["stop", "-t", "abc", "x"],
  ["tag", "FOO", "b"],
  ["pull", "FOO"],
  ["update", "web"],
  ["start", "-a", "a", "b"],
  ["import", "/nosuch"],
  ["load", "-i", "/nosuch"],
  ["help", "foo"],
  ["foo"],
  ["volume", "foo"],
  ["--foo"],
  ["--help=false", "ps", "foo"],
];

describe.skipIf(!present)("docker 28 and ours", () => {
  it.each(LINES.map((words) => [words.join(" "), words] as const))("print the same: %s", async (_, words) => {
    const { real, ours } = await both(words);
    expect(ours).toEqual(real);
  });

  it.each(REFUSED.map((words) => [words.join(" "), words] as const))(
    "refuse in the same words: %s",
    async (_, words) => {
      const { real, ours } = await both(words);
      expect(ours).toEqual(real);
    },
  );

  it.each(
    [
      ["ps", "-a", "-f", "status=running", "-n", "3"],
      ["images", "-a", "-f", "dangling=true", "foo"],
      [
        "logs",
        "-f",
        "--since",
        "2020-01-01",
        "--until",
        "2021-01-01T00:00:00Z",
        "-n",
        "5",
        "-t",
        "--details",
        "web",
      ],
      ["rm", "-fv", "web"],
      ["stop", "-t", "3", "-s", "INT", "web"],
      ["tag", "busybox", "reg:5000/b"],
      ["volume", "prune", "-af", "--filter", "label=x"],
      ["image", "prune", "-af"],
      ["commit", "-m", "m", "-a", "au", "-c", "CMD x", "-c", "ENV a=b", "--pause=false", "web", "r:t"],
      ["rmi", "-f", "--no-prune", "busybox"],
      ["load", "-q"],
      ["pull", "-a", "x"],
      ["pull", "--platform", "linux/386", `x@sha256:${"a".repeat(64)}`],
    ].map((words) => [words.join(" "), words] as const),
  )("ask the same: %s", async (_, words) => {
    const { realAsked, ourAsked } = await both(words);
    expect(ourAsked).toEqual(realAsked);
  });

  it.each(
    [
      ["create", "x"],
      "create --name n -e A=1 -w /w -u 1:2 -v /a:/b:ro -v vol:/c -v /anon -p 8080:80 -p 127.0.0.1::90/udp -p 3000-3002:3000-3002 -P --network foo --network-alias q -h h --domainname d --entrypoint e -m 64m --cpus 1.5 --pids-limit 10 --read-only --cap-add NET_ADMIN --cap-drop ALL --privileged --init -l a=b -l c --mount type=volume,source=v,target=/m,readonly --mount type=tmpfs,target=/t,tmpfs-size=10m,tmpfs-mode=1777 --tmpfs /tt:size=1m --restart on-failure:3 --stop-signal SIGINT --stop-timeout 3 --ulimit nofile=10:20 --ulimit core=0 --add-host a:1.2.3.4 --dns 1.1.1.1 --dns-search s --dns-option o --shm-size 1g --device /dev/null:/dev/x:rw --security-opt no-new-privileges --security-opt seccomp=unconfined --group-add 5 --ipc host --pid host --uts host --userns host --volumes-from z --link l:m --expose 99 --health-cmd x --health-interval 5s --health-timeout 1m --health-retries 3 --oom-score-adj 5 --sysctl net.ipv4.ip_forward=1 --cpu-shares 5 --cpu-quota 7 --cpu-period 8 --cpuset-cpus 0 --cpuset-mems 0 --memory-swap 128m --memory-reservation 32m --log-driver json-file --log-opt a=b --ip 1.2.3.4 --storage-opt size=1 --annotation a=b --cgroup-parent cp --cgroupns host --runtime rt --mac-address 92:d0:c6:0a:29:33 x cmd a b".split(
        " ",
      ),
      "create --entrypoint= --network host --expose 7-8/udp x".split(" "),
      "create --network name=foo,alias=a,ip=1.2.3.4 --network bar -it --rm x sh".split(" "),
      "create --no-healthcheck --mount type=bind,src=/a,dst=/b,bind-propagation=rslave --blkio-weight 5 --memory-swappiness 0 --memory-swap -1 --oom-kill-disable x".split(
        " ",
      ),
      [
        "create",
        "--device-cgroup-rule",
        "c 1:3 rwm",
        "--cap-add",
        "net_admin",
        "--cap-add",
        "CAP_NET_ADMIN",
        "x",
      ],
      "create --mount type=volume,dst=/b,volume-driver=local,volume-opt=a=b,volume-nocopy,volume-subpath=q,volume-label=x -i -a stderr x".split(
        " ",
      ),
    ].map((words) => [words.join(" ").slice(0, 60), words] as const),
  )("ask for the same container: %s", async (_, words) => {
    api.requests.length = 0;
    await realDocker(words);
    const real = api.request("POST /containers/create").body;
    api.requests.length = 0;
    await docker(api, words);
    expect(essence(api.request("POST /containers/create").body)).toEqual(essence(real));
  });

  it.each(
    COMMANDS.filter(({ flags, hidden }) => hidden !== true && flags.length > 0).map((command) => [
      command.paths[0]!,
    ]),
  )("have the same flags: %s", async (path) => {
    const words = [...path.split(" "), "--help"];
    const [real, ours] = await Promise.all([realDocker(words), docker(api, words)]);
    const columns = (text: string) =>
      [...text.matchAll(/^ {2}(?:-., | {4})--[\w-]+(?: [\w-]+)?/gm)].map(([column]) => column);
    const missing = columns(real.out).filter(
      (column) => !columns(ours.out).includes(column) && !OURS_LACKS.test(column),
    );
    expect(missing).toEqual([]);
    expect(columns(ours.out).filter((column) => !columns(real.out).includes(column))).toEqual([]);
    expect(ours.out.split("\n\n")[0]).toEqual(real.out.split("\n\n")[0]);
    expect(/^Aliases:\n.*$/m.exec(ours.out)?.[0]).toEqual(/^Aliases:\n.*$/m.exec(real.out)?.[0]);
  });

  it.each([
    ["container"],
    ["container --help"],
    ["volume"],
    ["help"],
    ["help run"],
    ["--help"],
    [""],
    ["-h"],
    ["ps -h"],
    ["container nope --help"],
  ])("print help where the other does: docker %s", async (line) => {
    const words = line.split(" ").filter((word) => word !== "");
    const [real, ours] = await Promise.all([realDocker(words), docker(api, words)]);
    expect([ours.code, ours.out === "", ours.err === ""]).toEqual([
      real.code,
      real.out === "",
      real.err === "",
    ]);
    expect((ours.out + ours.err).split("\n")[0]).toBe((real.out + real.err).split("\n")[0]);
  });

  it("lay the options of run out alike", async () => {
    const [real, ours] = await Promise.all([realDocker(["run", "--help"]), docker(api, "run --help")]);
    const without = (text: string) =>
      text.replace(/^ {6}--(cgroupns|help) [\s\S]*?(?=^ {2}(?:-., | {4})--)/gm, "");
    expect(without(ours.out)).toEqual(without(real.out));
  });
});

/** Parts of swarm, plugins and checkpoints, which this engine has not; and --help, which only `run` lists. */
const OURS_LACKS =
  /--(help|checkpoint|checkpoint-dir|tree|availability|group|limit-bytes|required-bytes|scope|secret|sharing|topology-preferred|topology-required|type|cluster|config-from|config-only|ingress)\b/;

/** Without what is empty either way: null, "", 0, false, [] and {}. */
function essence(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(essence);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value)
    // The real client goes through a map, in an order of its own each time.
    .map(
      ([key, item]) =>
        [key, key === "Binds" && Array.isArray(item) ? [...item].sort() : essence(item)] as const,
    )
    .filter(([key, item]) => key === "MemorySwappiness" || !isEmpty(item))
    .filter(
      ([key, item]) =>
        !(key === "NetworkingConfig" && JSON.stringify(item) === '{"EndpointsConfig":{"default":{}}}'),
    );
  return Object.fromEntries(kept);
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0 || value.every((item) => item === 0);
  if (typeof value === "object" && value !== null) return Object.keys(value).length === 0;
  return value === null || value === "" || value === 0 || value === false;
}
