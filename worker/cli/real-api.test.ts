// The command line on the real API and engine, with the fake runtime behind them: what a person sees from run to rm.

import { beforeEach, describe, expect, it } from "vitest";
import { createApi } from "../api/api.ts";
import type { ApiHandler } from "../api/exchange.ts";
import { testEngine } from "../engine/testing/test-engine.ts";
import { docker, FakeSession } from "./testing/fake-session.ts";

let api: { handler: ApiHandler };

beforeEach(async () => {
  const { engine } = await testEngine();
  api = { handler: createApi(engine) };
});

const encode = (text: string) => new TextEncoder().encode(text);

describe("the command line on the engine", () => {
  it("runs, with output, errors and exit code, and removes with --rm", async () => {
    expect(await docker(api, "run --rm busybox echo hi")).toEqual({ code: 0, out: "hi\n", err: "" });
    expect(await docker(api, "run --rm busybox both")).toEqual({
      code: 3,
      out: "to stdout\n",
      err: "to stderr\n",
    });
    expect(await docker(api, "ps -aq")).toEqual({ code: 0, out: "", err: "" });
  });

  it("passes stdin to its end", async () => {
    const text = "x".repeat(300_000);
    expect(await docker(api, "run -i --rm busybox cat", { stdin: text })).toEqual({
      code: 0,
      out: text,
      err: "",
    });
  });

  it.each([
    [
      "run --rm busybox no-such-program",
      127,
      /^docker: Error response from daemon: .*executable file not found in \$PATH/,
    ],
    ["run --rm no-such-image", 125, /^Unable to find image 'no-such-image:latest' locally\n(.*\n)*docker: /],
    ["run --rm -m 1k busybox true", 125, /Minimum memory limit allowed is 6MB/],
  ])("%s", async (line, code, words) => {
    const result = await docker(api, line);
    expect(result.err).toMatch(words);
    expect(result.err).toMatch(/\n\nRun 'docker run --help' for more information\n$/);
    expect(result.code).toBe(code);
  });

  it("lists, inspects, executes in, stops and removes what runs", async () => {
    const started = await docker(api, "run -d --name web -p 8080:80 busybox serve");
    expect(started.out).toMatch(/^[0-9a-f]{64}\n$/);
    expect(
      (await docker(api, ["ps", "--format", "{{.Names}} {{.Image}} {{.State}} {{.Ports}}"])).out,
    ).toMatch(/^web busybox running .*8080->80\/tcp/);
    expect((await docker(api, ["inspect", "-f", "{{.State.Status}} {{.Config.Image}}", "web"])).out).toBe(
      "running busybox\n",
    );
    expect(await docker(api, "exec web echo inside")).toEqual({ code: 0, out: "inside\n", err: "" });
    expect((await docker(api, "exec web exit 9")).code).toBe(9);
    expect(await docker(api, "stop web")).toEqual({ code: 0, out: "web\n", err: "" });
    expect((await docker(api, "logs web")).out).toBe("ready\nsignal 15\n");
    expect((await docker(api, "logs -n 1 web")).out).toBe("signal 15\n");
    expect((await docker(api, "wait web")).out).toBe("0\n");
    expect(await docker(api, "rm web")).toEqual({ code: 0, out: "web\n", err: "" });
    expect((await docker(api, "rm web")).err).toBe("Error response from daemon: No such container: web\n");
  });

  it("refuses a name in use in Docker's words", async () => {
    await docker(api, "create --name web busybox true");
    const again = await docker(api, "run --name web busybox true");
    expect(again.code).toBe(125);
    expect(again.err).toMatch(
      /^docker: Error response from daemon: Conflict\. The container name "\/web" is already in use by container "[0-9a-f]{64}"\./,
    );
  });

  it("kills a container that runs, with the shell's exit code", async () => {
    const session = new FakeSession(api.handler, ["run", "--name", "ss", "busybox", "sleep", "100"]);
    const running = session.run();
    await untilRunning("ss");
    expect(await docker(api, "kill ss")).toEqual({ code: 0, out: "ss\n", err: "" });
    expect((await running).code).toBe(137);
  });

  it("starts again and attaches", async () => {
    await docker(api, "create --name ee busybox echo again");
    expect(await docker(api, "start -a ee")).toEqual({ code: 0, out: "again\n", err: "" });
    expect(await docker(api, "start ee")).toEqual({ code: 0, out: "ee\n", err: "" });
  });

  it("gives a terminal of the caller's size, follows it, and leaves it as it was", async () => {
    let type: (text: string) => void = () => {};
    const stdin = new ReadableStream<Uint8Array>({
      start: (controller) => {
        type = (text) => controller.enqueue(encode(text));
      },
    });
    const session = new FakeSession(api.handler, ["run", "-it", "--rm", "--name", "tt", "busybox", "sizes"], {
      stdin,
      terminal: { columns: 90, rows: 20 },
    });
    const running = session.run();
    await until(() => session.out.includes("ready"));
    session.resizes.emit({ columns: 120, rows: 40 });
    await new Promise((resolve) => setTimeout(resolve, 5));
    type("q");
    const result = await running;
    expect(result.code).toBe(0);
    expect(result.out).toContain("20 90\r\n");
    expect(result.out).toContain("40 120\r\n");
    expect(session.rawModes).toEqual([true, false]);
  });

  it("leaves a container running with the detach keys and attaches to it again", async () => {
    const stdin = (first: Uint8Array) =>
      new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(first) });
    const terminal = { columns: 80, rows: 24 };
    const keys = new Uint8Array([16, 17]);
    const left = await docker(api, "run -it --name dd busybox sizes", { stdin: stdin(keys), terminal });
    expect(left.code).toBe(0);
    expect((await docker(api, ["ps", "--format", "{{.Names}}"])).out).toBe("dd\n");
    expect(await docker(api, "attach dd", { stdin: stdin(keys), terminal })).toMatchObject({
      code: 1,
      err: "read escape sequence\n",
    });
    expect((await docker(api, "attach dd", { stdin: stdin(encode("q")), terminal })).code).toBe(0);
  });

  it("forwards Ctrl-C to a container without a terminal", async () => {
    const session = new FakeSession(api.handler, ["run", "--rm", "--name", "cc", "busybox", "serve"]);
    const running = session.run();
    await until(() => session.out.includes("ready"));
    session.signals.emit("INT");
    expect(await running).toMatchObject({ code: 130, out: "ready\nsignal 2\n" });
  });

  it("follows logs until interrupted", async () => {
    await docker(api, "run -d --name ll busybox serve");
    const session = new FakeSession(api.handler, ["logs", "-f", "ll"]);
    const following = session.run();
    await until(() => session.out.includes("ready"));
    session.signals.emit("INT");
    expect((await following).code).toBe(130);
  });

  it("shows images, volumes, networks, version and info", async () => {
    expect((await docker(api, ["images", "--format", "{{.Repository}}:{{.Tag}}"])).out).toContain(
      "busybox:latest\n",
    );
    expect(await docker(api, "volume create data")).toEqual({ code: 0, out: "data\n", err: "" });
    expect((await docker(api, "volume ls -q")).out).toBe("data\n");
    expect((await docker(api, ["volume", "inspect", "-f", "{{.Driver}}", "data"])).out).toBe("local\n");
    expect((await docker(api, "volume rm data")).code).toBe(0);
    expect((await docker(api, ["network", "ls", "--format", "{{.Name}}"])).out).toBe("bridge\nhost\nnone\n");
    expect((await docker(api, "version")).out).toMatch(
      /^Client:\n Version: .*\n(.*\n)*Server:.*\n Engine:\n/,
    );
    expect((await docker(api, "info")).out).toContain(" Storage Driver: ");
    expect((await docker(api, "system df")).out).toMatch(/^TYPE +TOTAL +ACTIVE +SIZE +RECLAIMABLE\n/);
  });

  it("prunes what has ended", async () => {
    await docker(api, "run --name gone busybox true");
    const pruned = await docker(api, "container prune -f");
    expect(pruned.out).toMatch(/^Deleted Containers:\n[0-9a-f]{64}\n\nTotal reclaimed space: /);
  });

  it("tells of events", async () => {
    await docker(api, "run --rm --name ev busybox true");
    const events = await docker(api, "events --since 1970-01-01 --until -1s");
    expect(events.out).toMatch(/container create [0-9a-f]{64} \(.*image=busybox.*name=ev/);
    expect(events.out).toMatch(/container die [0-9a-f]{64} \(.*exitCode=0/);
  });
});

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 4000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error("it did not happen");
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

function untilRunning(name: string): Promise<void> {
  return until(async () => (await docker(api, ["ps", "-q", "-f", `name=${name}`])).out !== "");
}
