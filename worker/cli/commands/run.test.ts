import { describe, expect, it } from "vitest";
import { chunksOf, readText, streamOf } from "../../base/streams.ts";
import { FakeApi, type FakeRoute, frame, sendOutput } from "../testing/fake-api.ts";
import { docker, FakeSession } from "../testing/fake-session.ts";

const ID = "c0ffee".padEnd(64, "0");

function runApi(more: { attach?: FakeRoute; wait?: FakeRoute; start?: FakeRoute } = {}): FakeApi {
  return new FakeApi()
    .on("POST /containers/create", { status: 201, json: { Id: ID, Warnings: [] } })
    .on(
      `POST /containers/${ID}/attach`,
      more.attach ?? { hijack: (container) => void sendOutput(container, frame(1, "hi\n")) },
    )
    .on(`POST /containers/${ID}/wait`, more.wait ?? { json: { StatusCode: 0 } })
    .on(`POST /containers/${ID}/start`, more.start ?? { status: 204 })
    .on(`POST /containers/${ID}/resize`, { status: 200 })
    .on(`POST /containers/${ID}/kill`, { status: 204 });
}

describe("docker run", () => {
  it("attaches and waits before it starts, and passes output and exit code through", async () => {
    const api = runApi({
      attach: {
        hijack: (container) =>
          void sendOutput(container, frame(1, "out\n"), frame(2, "err\n"), frame(1, "last\n")),
      },
      wait: { json: { StatusCode: 42 } },
    });
    const result = await docker(api, "run --rm busybox sh -c x");
    expect(result).toEqual({ code: 42, out: "out\nlast\n", err: "err\n" });
    expect(api.asked).toEqual([
      "POST /containers/create",
      `POST /containers/${ID}/attach`,
      `POST /containers/${ID}/wait`,
      `POST /containers/${ID}/start`,
    ]);
    expect(api.request(`POST /containers/${ID}/wait`).query).toEqual({ condition: "removed" });
    expect(api.request(`POST /containers/${ID}/attach`).query).toEqual({
      stdout: "1",
      stderr: "1",
      stream: "1",
    });
    expect(api.request("POST /containers/create").body).toMatchObject({
      Image: "busybox",
      Cmd: ["sh", "-c", "x"],
      HostConfig: { AutoRemove: true },
    });
  });

  it("writes all output before it resolves, however late it comes", async () => {
    const api = runApi({
      attach: {
        hijack: (container) => {
          setTimeout(() => void sendOutput(container, frame(1, "late"), frame(2, "later")), 20);
        },
      },
    });
    expect(await docker(api, "run busybox")).toEqual({ code: 0, out: "late", err: "later" });
  });

  it("prints the id with -d and attaches to nothing", async () => {
    const api = runApi();
    expect(await docker(api, "run -d busybox")).toEqual({ code: 0, out: `${ID}\n`, err: "" });
    expect(api.asked).toEqual(["POST /containers/create", `POST /containers/${ID}/start`]);
  });

  it("pulls a missing image and creates again", async () => {
    const progress = [
      { status: "Pulling from library/busybox", id: "latest" },
      { status: "Pulling fs layer", progressDetail: {}, id: "17eec7bbc9d7" },
      {
        status: "Downloading",
        progressDetail: { current: 1, total: 2 },
        progress: "[>]",
        id: "17eec7bbc9d7",
      },
      { status: "Pull complete", progressDetail: {}, id: "17eec7bbc9d7" },
      { status: "Status: Downloaded newer image for busybox:latest" },
    ];
    const api = runApi()
      .on(
        "POST /containers/create",
        { status: 404, json: { message: "No such image: busybox:latest" } },
        { status: 201, json: { Id: ID, Warnings: ["careful"] } },
      )
      .on("POST /images/create", { text: progress.map((line) => `${JSON.stringify(line)}\r\n`).join("") });
    const result = await docker(api, "run busybox");
    expect(result.code).toBe(0);
    expect(result.out).toBe("hi\n");
    expect(result.err).toBe(
      "Unable to find image 'busybox:latest' locally\n" +
        "latest: Pulling from library/busybox\n17eec7bbc9d7: Pulling fs layer\n17eec7bbc9d7: Pull complete\n" +
        "Status: Downloaded newer image for busybox:latest\nWARNING: careful\n",
    );
    expect(api.request("POST /images/create").query).toEqual({
      fromImage: "docker.io/library/busybox",
      tag: "latest",
    });
  });

  it("ends with 125 and the daemon's words when the pull fails", async () => {
    const api = runApi()
      .on("POST /containers/create", { status: 404, json: { message: "No such image: nope:latest" } })
      .on("POST /images/create", { status: 404, json: { message: "pull access denied for nope" } });
    const result = await docker(api, "run nope");
    expect(result.code).toBe(125);
    expect(result.err).toBe(
      "Unable to find image 'nope:latest' locally\n" +
        "docker: Error response from daemon: pull access denied for nope\n\nRun 'docker run --help' for more information\n",
    );
  });

  it("does not pull with --pull never", async () => {
    const api = runApi().on("POST /containers/create", {
      status: 404,
      json: { message: "No such image: x:latest" },
    });
    const result = await docker(api, "run --pull never x");
    expect(result.code).toBe(125);
    expect(api.asked).toEqual(["POST /containers/create"]);
  });

  it.each([
    ['exec: "nope": executable file not found in $PATH: unknown', 127],
    ['exec: "/x": stat /x: no such file or directory', 127],
    ['exec: "/etc": permission denied', 126],
    ['exec: "/etc": is a directory', 126],
    ["no space left", 125],
  ])("exits as the shell does when the start fails: %s", async (message, code) => {
    const api = runApi({ start: { status: 400, json: { message } }, attach: { hijack: () => {} } });
    const result = await docker(api, "run busybox nope");
    expect(result.code).toBe(code);
    expect(result.err).toBe(
      `docker: Error response from daemon: ${message}\n\nRun 'docker run --help' for more information\n`,
    );
  });

  it("sends stdin and half-closes at its end", async () => {
    const api = runApi({
      attach: {
        hijack: (container) => {
          void readText(container.readable).then((text) =>
            sendOutput(container, frame(1, text.toUpperCase())),
          );
        },
      },
    });
    expect(await docker(api, "run -i busybox cat", { stdin: "hello" })).toMatchObject({
      code: 0,
      out: "HELLO",
    });
  });

  it("refuses -it without a terminal", async () => {
    const api = runApi();
    expect(await docker(api, "run -it busybox")).toEqual({
      code: 1,
      out: "",
      err: "the input device is not a TTY\n",
    });
    expect(api.requests).toEqual([]);
  });

  it("sets raw mode for -it, follows the size and restores", async () => {
    let typed: (text: string) => void = () => {};
    const stdin = new ReadableStream<Uint8Array>({
      start(controller) {
        typed = (text) => controller.enqueue(new TextEncoder().encode(text));
      },
    });
    const api = runApi({
      attach: {
        hijack: (container) => {
          void (async () => {
            for await (const chunk of chunksOf(container.readable))
              if (new TextDecoder().decode(chunk).includes("exit"))
                return await sendOutput(container, new TextEncoder().encode("bye\r\n"));
          })();
        },
      },
      start: () => {
        setTimeout(() => {
          session.resizes.emit({ columns: 100, rows: 30 });
          typed("exit\r");
        }, 5);
        return { status: 204 };
      },
    });
    const session = new FakeSession(api.handler, ["run", "-it", "busybox"], {
      stdin,
      terminal: { columns: 80, rows: 24 },
    });
    expect(await session.run()).toMatchObject({ code: 0, out: "bye\r\n" });
    expect(session.rawModes).toEqual([true, false]);
    const sizes = api.requests.filter(({ path }) => path.endsWith("/resize")).map(({ query }) => query);
    expect(sizes).toEqual([
      { h: "24", w: "80" },
      { h: "30", w: "100" },
    ]);
  });

  it("restores the terminal when the start fails", async () => {
    const api = runApi({ start: { status: 500, json: { message: "no" } }, attach: { hijack: () => {} } });
    const session = new FakeSession(api.handler, ["run", "-it", "busybox"], {
      stdin: new ReadableStream(),
      terminal: { columns: 80, rows: 24 },
    });
    expect((await session.run()).code).toBe(125);
    expect(session.rawModes).toEqual([true, false]);
  });

  it("leaves with ctrl-p ctrl-q and gives the connection up", async () => {
    const api = runApi({ attach: { hijack: () => {} }, wait: { stream: new ReadableStream() } });
    const session = new FakeSession(api.handler, ["run", "-it", "busybox"], {
      stdin: streamOf(new Uint8Array([108, 115, 16]), new Uint8Array([17, 120])),
      terminal: { columns: 80, rows: 24 },
    });
    expect((await session.run()).code).toBe(0);
    expect(session.rawModes).toEqual([true, false]);
    expect(api.request(`POST /containers/${ID}/attach`).signal?.aborted).toBe(true);
  });

  it("forwards signals while it runs", async () => {
    let end: () => void = () => {};
    const api = runApi({
      attach: {
        hijack: (container) => {
          end = () => void sendOutput(container);
        },
      },
      wait: { json: { StatusCode: 130 } },
      start: () => {
        setTimeout(() => session.signals.emit("INT"), 5);
        return { status: 204 };
      },
    }).on(`POST /containers/${ID}/kill`, () => {
      end();
      return { status: 204 };
    });
    const session = new FakeSession(api.handler, ["run", "busybox", "sleep", "100"]);
    expect((await session.run()).code).toBe(130);
    expect(api.request(`POST /containers/${ID}/kill`).query).toEqual({ signal: "INT" });
  });

  it("gets out at the third Ctrl-C when the container does not listen", async () => {
    const api = runApi({
      attach: { hijack: () => {} },
      wait: { stream: new ReadableStream() },
      start: () => {
        setTimeout(() => {
          for (let press = 0; press < 3; press++) session.signals.emit("INT");
        }, 5);
        return { status: 204 };
      },
    });
    const session = new FakeSession(api.handler, ["run", "busybox", "sleep", "100"]);
    const { code, err } = await session.run();
    expect(err).toContain("got 3 SIGTERM/SIGINTs, forcefully exiting");
    expect(code).toBe(1);
  });

  it("writes the container's id to --cidfile and refuses one that exists", async () => {
    const session = new FakeSession(runApi().handler, ["run", "-d", "--cidfile", "id", "busybox"]);
    await session.run();
    expect(new TextDecoder().decode(session.files.content.get("/home/me/id"))).toBe(ID);
    const again = await docker(runApi(), "run -d --cidfile id busybox", { files: { "/home/me/id": "x" } });
    expect(again.code).toBe(125);
    expect(again.err).toContain(
      "container ID file found, make sure the other container isn't running or delete id",
    );
    for (const [verb, code] of [
      ["run", 127],
      ["create", 1],
    ] as const) {
      const api = runApi();
      const nowhere = await docker(api, `${verb} --cidfile nowhere/id busybox`);
      expect(nowhere.code).toBe(code);
      expect(nowhere.err).toContain(
        "failed to create the container ID file: open nowhere/id: no such file or directory",
      );
      expect(api.requests).toEqual([]);
    }
  });

  it("reports an output stream that breaks as a multiplexed one", async () => {
    const api = runApi({
      attach: {
        hijack: (container) => void sendOutput(container, new Uint8Array([9, 0, 0, 0, 0, 0, 0, 1, 65])),
      },
    });
    const result = await docker(api, "run busybox");
    expect(result.code).toBe(125);
    expect(result.err).toContain("Unrecognized input header: 9");
  });
});
