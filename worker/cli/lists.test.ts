// What the lists and help pages look like, on machines without a docker client to compare with.

import { describe, expect, it } from "vitest";
import { docker } from "./testing/fake-session.ts";
import { sampleEngine } from "./testing/sample-engine.ts";

const api = sampleEngine(Date.now());
const out = async (words: string | string[], terminal?: { columns: number; rows: number }) =>
  (await docker(api, words, terminal === undefined ? {} : { terminal })).out;

describe("lists", () => {
  it("docker ps", async () => {
    const ports = "443-444/tcp, 127.0.0.1:9000-9001->9000-9001/udp, 0.0.0.0:8080->80/tcp, [::]:8080->80/tcp";
    const row = (id: string, image: string, command: string, status: string, port: string, name: string) =>
      id.padEnd(15) + image.padEnd(10) + command.padEnd(25) + status + port.padEnd(ports.length + 3) + name;
    expect((await out("ps -a")).split("\n")).toEqual([
      row("CONTAINER ID", "IMAGE", "COMMAND", "CREATED         STATUS                  ", "PORTS", "NAMES"),
      row(
        "c0ffee000000",
        "nginx",
        `"nginx -g 'daemon of…"`,
        "2 minutes ago   Up 2 minutes            ",
        ports,
        "web",
      ),
      row("d0ffee000000", "nginx", '"sh"', "2 minutes ago   Exited (0) 3 days ago   ", "", "old"),
      "",
    ]);
  });

  it("docker images", async () => {
    expect(await out("images")).toBe(
      `REPOSITORY             TAG       IMAGE ID       CREATED      SIZE
busybox                latest    abababababab   3 days ago   7.65MB
busybox                1.36      abababababab   3 days ago   7.65MB
<none>                 <none>    abababababab   3 days ago   7.65MB
busybox                <none>    abababababab   3 days ago   7.65MB
reg.example:5000/a/b   c         abababababab   3 days ago   7.65MB
`,
    );
  });

  it("docker ps with templates", async () => {
    expect(await out(["ps", "--format", "table {{.Names}}\\t{{.Status}}"])).toBe(
      "NAMES     STATUS\nweb       Up 2 minutes\nold       Exited (0) 3 days ago\n",
    );
    const { code, out: none, err } = await docker(api, ["ps", "--format", "{{.Nope}}"]);
    expect([code, none]).toEqual([1, ""]);
    expect(err).toMatch(/^failed to execute template: template: :1:2: executing "" at <\.Nope>: /);
    const [first = ""] = (await out("ps --format json")).split("\n");
    expect(first).toContain('"Ports":"443-444/tcp, 127.0.0.1:9000-9001-\\u003e9000-9001/udp');
    expect(JSON.parse(first)).toMatchObject({
      Names: "web",
      Labels: "a=1,b=2,com.example.some-name=<&>",
      LocalVolumes: "1",
    });
  });
});

describe("help", () => {
  it("of a verb", async () => {
    expect(await out("stop --help")).toBe(
      `Usage:  docker stop [OPTIONS] CONTAINER [CONTAINER...]

Stop one or more running containers

Aliases:
  docker container stop, docker stop

Options:
  -s, --signal string   Signal to send to the container
  -t, --timeout int     Seconds to wait before killing the container
`,
    );
  });

  it("wraps to the terminal", async () => {
    const lines = (await out("run --help", { columns: 100, rows: 24 })).split("\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(100);
    expect(Math.max(...lines.map((line) => line.length))).toBeGreaterThan(90);
    expect(lines).toContain("      --name string                      Assign a name to the container");
  });

  it("of docker and of a group list every verb once", async () => {
    const root = await out("--help");
    expect(
      root.startsWith(
        "Usage:  docker [OPTIONS] COMMAND\n\nA self-sufficient runtime for containers\n\nCommon Commands:\n  run         Create and run",
      ),
    ).toBe(true);
    const listed = [...root.matchAll(/^ {2}([a-z]+) {2,}\S/gm)].map(([, name]) => name);
    expect(new Set(listed).size).toBe(listed.length);
    expect(listed).toEqual(
      expect.arrayContaining(["run", "exec", "ps", "images", "container", "volume", "cp", "inspect", "wait"]),
    );
    expect(await out("volume --help")).toMatch(
      /^Usage: {2}docker volume COMMAND\n\nManage volumes\n\nCommands:\n {2}create {6}Create a volume\n/,
    );
  });
});
