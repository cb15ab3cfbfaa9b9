// Verbs that read or write for long: logs, stats, load, save, progress, confirmation, and what happens when the caller goes.

import { describe, expect, it } from "vitest";
import { streamOf } from "../../base/streams.ts";
import { FakeApi, frame } from "../testing/fake-api.ts";
import { docker, FakeSession } from "../testing/fake-session.ts";
import { sampleEngine } from "../testing/sample-engine.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const TERMINAL = { columns: 120, rows: 24 };

describe("docker logs", () => {
  const api = () =>
    new FakeApi().on("GET /containers/web/json", { json: { Id: "c1", Config: { Tty: false } } });

  it("parts both outputs, and copies a terminal's as it is", async () => {
    const parted = api().on("GET /containers/c1/logs", {
      stream: streamOf(frame(1, "a\n"), frame(2, "b\n")),
    });
    expect(await docker(parted, "logs -t -n 3 web")).toEqual({ code: 0, out: "a\n", err: "b\n" });
    expect(parted.request("GET /containers/c1/logs").query).toEqual({
      stdout: "1",
      stderr: "1",
      tail: "3",
      timestamps: "1",
    });
    const raw = new FakeApi()
      .on("GET /containers/tty/json", { json: { Id: "c2", Config: { Tty: true } } })
      .on("GET /containers/c2/logs", { text: "raw\r\n" });
    expect((await docker(raw, "logs tty")).out).toBe("raw\r\n");
  });

  it("gives the stream up at Ctrl-C", async () => {
    const following = api().on("GET /containers/c1/logs", () => {
      setTimeout(() => session.signals.emit("INT"), 2);
      return { stream: new ReadableStream() };
    });
    const session = new FakeSession(following.handler, ["logs", "-f", "web"]);
    expect((await session.run()).code).toBe(130);
    expect(following.request("GET /containers/c1/logs").signal?.aborted).toBe(true);
  });

  it("ends when nobody reads its output any more", async () => {
    const endless = api().on("GET /containers/c1/logs", {
      stream: new ReadableStream({ pull: (controller) => controller.enqueue(frame(1, "y\n")) }),
    });
    const session = new FakeSession(endless.handler, ["logs", "-f", "web"]);
    let left = 3;
    const closed = new WritableStream<Uint8Array>({
      write(_, controller) {
        if (--left === 0) controller.error(new Error("broken pipe"));
      },
    });
    const result = await new ClosedOutputSession(session, closed).run();
    expect(result).toEqual({ code: 1, err: "" });
  });

  it("ends when the caller is gone", async () => {
    const gone = new AbortController();
    const following = api().on("GET /containers/c1/logs", () => {
      setTimeout(() => gone.abort(), 2);
      return { stream: new ReadableStream() };
    });
    expect((await docker(following, "logs -f web", { signal: gone.signal })).code).toBe(129);
    expect(following.request("GET /containers/c1/logs").signal?.aborted).toBe(true);
  });
});

class ClosedOutputSession {
  readonly #session: FakeSession;

  constructor(session: FakeSession, stdout: WritableStream<Uint8Array>) {
    this.#session = session;
    Object.defineProperty(session, "stdout", { value: stdout });
  }

  async run() {
    const { code, err } = await this.#session.run();
    return { code, err };
  }
}

describe("docker pull", () => {
  it("redraws a layer's line in place on a terminal", async () => {
    const lines = [
      { status: "Pulling from library/x", id: "latest" },
      { status: "Pulling fs layer", progressDetail: {}, id: "aaa" },
      { status: "Pulling fs layer", progressDetail: {}, id: "bbb" },
      { status: "Downloading", progressDetail: { current: 1_000_000, total: 2_000_000 }, id: "aaa" },
      { status: "Status: done" },
    ];
    const api = new FakeApi().on("POST /images/create", {
      text: lines.map((line) => JSON.stringify(line)).join("\r\n"),
    });
    const { out } = await docker(api, "pull x", { terminal: TERMINAL });
    const bar = `[${"=".repeat(25)}>${" ".repeat(25)}]      1MB/2MB`;
    expect(out).toBe(
      "Using default tag: latest\nlatest: Pulling from library/x\n" +
        "\x1b[2K\raaa: Pulling fs layer\n\x1b[2K\rbbb: Pulling fs layer\n" +
        `\x1b[2A\x1b[2K\raaa: Downloading ${bar}\r\x1b[2B` +
        "Status: done\ndocker.io/library/x:latest\n",
    );
  });

  it("ends with the daemon's words when the stream tells of a failure", async () => {
    const text = `${JSON.stringify({ status: "Pulling" })}\r\n${JSON.stringify({ errorDetail: { message: "no space left" }, error: "no space left" })}`;
    const api = new FakeApi().on("POST /images/create", { text });
    expect(await docker(api, "pull -q x")).toEqual({ code: 1, out: "", err: "no space left\n" });
  });
});

describe("docker load, save and export", () => {
  it("read from a file or stdin", async () => {
    const api = sampleEngine(0);
    expect((await docker(api, "load -i in.tar", { files: { "/home/me/in.tar": "TAR" } })).out).toBe(
      "Loaded image: busybox:latest\n",
    );
    expect(api.request("POST /images/load").body).toBe("TAR");
    api.requests.length = 0;
    await docker(api, "load", { stdin: "PIPED" });
    expect(api.request("POST /images/load").body).toBe("PIPED");
    expect((await docker(api, "load", { terminal: TERMINAL })).err).toBe(
      "requested load from stdin, but stdin is empty\n",
    );
  });

  it("write to a file or a pipe, never to a terminal", async () => {
    const api = new FakeApi()
      .on("GET /images/get", { text: "TAR" })
      .on("GET /containers/web/export", { text: "TREE" });
    const session = new FakeSession(api.handler, ["save", "-o", "out.tar", "a", "b"], {
      files: { "/home/me/x": "" },
    });
    expect(await session.run()).toEqual({ code: 0, out: "", err: "" });
    expect(session.files.content.get("/home/me/out.tar")).toEqual(encode("TAR"));
    expect((await docker(api, "export web")).out).toBe("TREE");
    expect((await docker(api, "export web", { terminal: TERMINAL })).err).toBe(
      "cowardly refusing to export container to a terminal. Use the -o flag or redirect\n",
    );
    expect((await docker(api, "save -o nowhere/x a")).err).toBe(
      "failed to save image: invalid output path: stat nowhere: no such file or directory\n",
    );
  });
});

describe("docker stats", () => {
  it("redraws the table on a terminal until interrupted", async () => {
    const sample = sampleEngine(0);
    const api = new FakeApi();
    const session = new FakeSession(api.handler, ["stats", "web"], { terminal: TERMINAL });
    const stats = await sample.handler({
      method: "GET",
      target: "/containers/web/stats",
      headers: {},
      body: null,
    });
    const json = await new Response(stats.body).text();
    api.on("GET /containers/web/stats", {
      stream: new ReadableStream({
        start(controller) {
          controller.enqueue(encode(`${json}\n`));
          setTimeout(() => session.signals.emit("INT"), 10);
        },
      }),
    });
    const { code, out } = await session.run();
    expect(code).toBe(130);
    expect(out).toContain("\x1b[H");
    expect(out).toMatch(/c0ffee000000 +web +20\.00% +8\.488MiB \/ 64MiB +13\.26% /);
    expect(out.endsWith("\x1b[K\n\x1b[J")).toBe(true);
  });
});

describe("the question before pruning", () => {
  it.each([
    ["y\n", 1],
    ["YES\n", 1],
    ["n\n", 0],
    ["", 0],
    ["yeah\n", 0],
  ])("%j", async (stdin, asked) => {
    const api = sampleEngine(0);
    const { code } = await docker(api, "container prune", { stdin });
    expect([code, api.requests.length]).toEqual([0, asked]);
  });
});

describe("what the engine cannot do yet", () => {
  it.each(["build .", "push x", "login", "logout", "compose up -d"])("docker %s", async (line) => {
    const { code, err } = await docker(new FakeApi(), line);
    expect(code).toBe(1);
    expect(err).toBe(`docker: 'docker ${line.split(" ")[0]}' is not supported yet\n`);
  });

  it("says so for a route that is not there", async () => {
    const api = new FakeApi().on("GET /containers/web/changes", {
      status: 404,
      json: { message: "page not found" },
    });
    expect((await docker(api, "diff web")).err).toBe(
      "not supported yet by this engine: GET /containers/web/changes\n",
    );
  });
});

describe("unknown verbs", () => {
  it("get a hint when one is near", async () => {
    expect((await docker(new FakeApi(), "rn")).err).toBe(
      "docker: unknown command: docker rn\n\nDid you mean this?\n  docker rm\n  docker run\n\nRun 'docker --help' for more information\n",
    );
    expect((await docker(new FakeApi(), "imagse")).err).toContain("  docker images\n");
    expect((await docker(new FakeApi(), "zzzzzz")).err).toBe(
      "docker: unknown command: docker zzzzzz\n\nRun 'docker --help' for more information\n",
    );
  });
});

describe("environment files", () => {
  it("give variables, inherit bare names, and are refused in Docker's words", async () => {
    const body = async (files: Record<string, string>, line: string) => {
      const api = sampleEngine(0);
      const result = await docker(api, line, { files, environment: { HOME: "/root", TERM: "x" } });
      return result.code === 0 ? api.request("POST /containers/create").body : result.err;
    };
    const files = { "/home/me/env": "\ufeff# words\nA=1\n\n  B = two words \r\nHOME\nNOPE\n" };
    expect(
      await body(
        { "/home/me/env": "# x\nA=1\n\n  B=two words \r\nHOME\nNOPE\n" },
        "create --env-file env -e TERM -e GONE -e C= x",
      ),
    ).toMatchObject({
      Env: ["A=1", "B=two words ", "HOME=/root", "TERM=x", "GONE", "C="],
    });
    expect(await body(files, "create --env-file env x")).toContain(
      "invalid env file (env): variable 'B ' contains whitespaces",
    );
    expect(await body({ "/home/me/env": "=x" }, "create --env-file env x")).toContain(
      "no variable name on line '=x'",
    );
    expect(await body({ "/home/me/l": "a=b\nc\n" }, "create --label-file l -l d=e x")).toMatchObject({
      Labels: { a: "b", c: "", d: "e" },
    });
  });
});
