// --host, --context and docker context, with an engine elsewhere behind real HTTP.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { httpClient } from "../api/client/http-client.ts";
import type { ApiHandler } from "../api/exchange.ts";
import { serveHttp } from "../api/http1.ts";
import { jsonReply } from "../api/reply.ts";
import { EngineError } from "../base/errors.ts";
import { type ByteDuplex, duplexPair, readAll, readText, streamOf } from "../base/streams.ts";
import { CliError } from "./cli-error.ts";
import { parseEndpoint } from "./engine-endpoint.ts";
import type { CliSession } from "./session.ts";
import { FakeSession, type FakeSessionOptions } from "./testing/fake-session.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** An engine that says its name as its only volume's, and its version. */
function engine(name: string, version = "1.41"): ApiHandler & { asked: string[] } {
  const asked: string[] = [];
  const handler: ApiHandler = async ({ method, target }) => {
    asked.push(`${method} ${target}`);
    const reply = target.endsWith("/volumes")
      ? jsonReply({ Volumes: [{ Name: name, Driver: "local" }] })
      : jsonReply({});
    return { ...reply, headers: { ...reply.headers, "Api-Version": version } };
  };
  return Object.assign(handler, { asked });
}

interface Elsewhere {
  readonly own: ReturnType<typeof engine>;
  readonly remote: ReturnType<typeof engine>;
  readonly dialled: object[];
  docker(line: string, options?: FakeSessionOptions): Promise<{ code: number; out: string; err: string }>;
}

/** Two engines, and files that stay from one command line to the next. */
function elsewhere(connects = true): Elsewhere {
  const own = engine("own", "1.51");
  const remote = engine("remote");
  const dialled: object[] = [];
  const files = new Map<string, Uint8Array>();
  const connect: CliSession["connect"] = async (to) => {
    dialled.push(to);
    if (!connects) throw new EngineError("unavailable", "refused");
    const [client, server] = duplexPair();
    void serveHttp(server, remote);
    return client;
  };
  return {
    own,
    remote,
    dialled,
    docker(line, options = {}) {
      const session = new FakeSession(own, line.split(" "), {
        environment: { HOME: "/home/me" },
        ...options,
      });
      const kept: CliSession["files"] = {
        read: async (path) => streamOf(files.get(path) ?? new Uint8Array()),
        write: async (path, content) => void files.set(path, await readAll(content)),
        stat: async (path) => {
          const file = files.get(path);
          return file && { kind: "file", sizeBytes: file.byteLength };
        },
        makeDirectory: async () => {},
        list: async (folder) => [
          ...new Set(
            [...files.keys()]
              .filter((path) => path.startsWith(`${folder}/`))
              .map((path) => path.slice(folder.length + 1).split("/")[0] ?? ""),
          ),
        ],
        remove: async (folder) => {
          for (const path of [...files.keys()]) if (path.startsWith(`${folder}/`)) files.delete(path);
        },
      };
      return Object.assign(session, { files: kept, connect }).run();
    },
  };
}

describe("an engine elsewhere", () => {
  it.each<[string, FakeSessionOptions, string]>([
    ["volume ls -q", {}, "own"],
    ["-H tcp://10.0.0.1:99 volume ls -q", {}, "remote"],
    ["-H 10.0.0.1:99 volume ls -q", {}, "remote"],
    ["-H unix:///other.sock volume ls -q", {}, "remote"],
    ["-H unix:///var/run/docker.sock volume ls -q", {}, "own"],
    ["volume ls -q", { environment: { DOCKER_HOST: "tcp://10.0.0.1:99" } }, "remote"],
    ["-H unix:///run/docker.sock volume ls -q", { environment: { DOCKER_HOST: "tcp://10.0.0.1:99" } }, "own"],
    ["--context default volume ls -q", { environment: { DOCKER_HOST: "tcp://10.0.0.1:99" } }, "own"],
  ])("docker %s asks the one that is named", async (line, options, name) => {
    expect(await elsewhere().docker(line, options)).toEqual({ code: 0, out: `${name}\n`, err: "" });
  });

  it("is spoken to in the version that it knows", async () => {
    const { docker, remote } = elsewhere();
    await docker("-H tcp://10.0.0.1:99 volume ls");
    expect(remote.asked).toEqual(["GET /_ping", "GET /v1.41/volumes"]);
  });

  it("that cannot be reached is told in Docker's words", async () => {
    const { docker, dialled } = elsewhere(false);
    expect(await docker("-H tcp://10.0.0.1 volume ls")).toEqual({
      code: 1,
      out: "",
      err: "Cannot connect to the Docker daemon at tcp://10.0.0.1. Is the docker daemon running?\n",
    });
    expect(dialled).toEqual([{ kind: "tcp", host: "10.0.0.1", port: 2375 }]);
    expect((await docker("-H ssh://me@there ps")).err).toContain(
      "ssh:// addresses of an engine are not supported",
    );
    expect((await docker("-H tcp://a -c b ps")).err).toBe(
      "conflicting options: cannot specify both --host and --context\n",
    );
    expect((await docker("-c nope ps")).err).toContain('context "nope": context not found');
    expect((await docker("--tlsverify ps")).code).toBe(125);
  });
});

describe("docker context", () => {
  it("creates, lists, uses, shows, inspects, updates and removes", async () => {
    const { docker } = elsewhere();
    expect(await docker("context create far --docker host=tcp://10.0.0.1:99 --description Far")).toEqual({
      code: 0,
      out: "far\n",
      err: 'Successfully created context "far"\n',
    });
    expect((await docker("context create far")).err).toBe('context "far" already exists\n');
    expect(await docker("context use far")).toEqual({
      code: 0,
      out: "far\n",
      err: 'Current context is now "far"\n',
    });
    expect((await docker("volume ls -q")).out).toBe("remote\n");
    expect((await docker("context show")).out).toBe("far\n");
    expect((await docker("context ls -q")).out).toBe("default\nfar\n");
    expect((await docker("context ls")).out).toMatch(/^far \* +Far +tcp:\/\/10\.0\.0\.1:99 *$/m);
    expect(JSON.parse((await docker("context inspect far")).out)).toMatchObject([
      {
        Name: "far",
        Metadata: { Description: "Far" },
        Endpoints: { docker: { Host: "tcp://10.0.0.1:99", SkipTLSVerify: false } },
        Storage: {
          MetadataPath: expect.stringMatching(/^\/home\/me\/\.docker\/contexts\/meta\/[0-9a-f]{64}$/),
        },
      },
    ]);
    expect((await docker("context update far --description Near")).err).toBe(
      'Successfully updated context "far"\n',
    );
    expect((await docker("context inspect -f {{.Metadata.Description}} far")).out).toBe("Near\n");
    expect((await docker("context rm far")).err).toBe(
      'context "far" is in use, set -f flag to force remove\n',
    );
    expect((await docker("context rm -f far")).out).toBe("far\n");
    expect((await docker("volume ls -q")).out).toBe("own\n");
  });

  it("refuses in Docker's words", async () => {
    const { docker } = elsewhere();
    expect((await docker("context create default")).err).toBe('"default" is a reserved context name\n');
    expect((await docker("context create -- -x")).err).toMatch(/^context name "-x" is invalid/);
    expect((await docker("context create far --docker nope=1")).err).toBe(
      "unable to create docker endpoint config: unrecognized config key: nope\n",
    );
    expect((await docker("context rm nope")).err).toBe('context "nope" does not exist\n');
    expect((await docker("context use nope")).err).toBe('context "nope": context not found\n');
    expect((await docker("context rm default")).code).toBe(1);
    const overridden = await docker("context use default", { environment: { DOCKER_HOST: "tcp://x:1" } });
    expect(overridden.code).toBe(0);
  });
});

describe("httpClient()", () => {
  const ask = async (serve: ApiHandler | Uint8Array, request: Partial<Parameters<ApiHandler>[0]> = {}) => {
    const dial = async (): Promise<ByteDuplex> => {
      const [client, server] = duplexPair();
      if (serve instanceof Uint8Array) {
        const writer = server.writable.getWriter();
        void writer
          .write(serve)
          .then(() => writer.close())
          .catch(() => {});
        void server.readable.pipeTo(new WritableStream()).catch(() => {});
      } else void serveHttp(server, serve);
      return client;
    };
    return httpClient("engine", dial)({ method: "GET", target: "/x", headers: {}, body: null, ...request });
  };

  it("sends and receives bodies, sized and in chunks", async () => {
    const echo: ApiHandler = async ({ body, headers }) => ({
      status: 200,
      headers: { "X-Length": headers["content-length"] ?? "none" },
      body,
    });
    const text = "x".repeat(200_000);
    const chunked = await ask(echo, { method: "POST", body: streamOf(bytes(text)) });
    expect(await readText(chunked.body ?? streamOf())).toBe(text);
    const sized = await ask(echo, {
      method: "POST",
      headers: { "content-length": "2" },
      body: streamOf(bytes("ab")),
    });
    expect([sized.headers["x-length"], await readText(sized.body ?? streamOf())]).toEqual(["2", "ab"]);
  });

  it("takes connections over", async () => {
    const hijack: ApiHandler = async () => {
      const [inside, outside] = duplexPair();
      void inside.readable.pipeTo(inside.writable);
      return { status: 101, headers: { Upgrade: "tcp" }, body: null, connection: outside };
    };
    const { status, connection } = await ask(hijack, { method: "POST", headers: { upgrade: "tcp" } });
    expect(status).toBe(101);
    const writer = connection?.writable.getWriter();
    await writer?.write(bytes("there and back"));
    await writer?.close();
    expect(await readText(connection?.readable ?? streamOf())).toBe("there and back");
  });

  it("makes an error of whatever is no answer", async () => {
    expect((await ask(bytes("SSH-2.0-OpenSSH\r\n"))).status).toBe(500);
    expect((await ask(bytes("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"))).status).toBe(500);
    expect((await ask(bytes(""))).status).toBe(503);
    const part = fc.oneof(
      fc.constantFrom(
        "HTTP/1.1 200 OK",
        "HTTP/1.1 100 Continue",
        "\r\n",
        "\r\n\r\n",
        "Content-Length: 3",
        ":",
        "Transfer-Encoding: chunked",
      ),
      fc.string({ maxLength: 6 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 8 }), async (parts) => {
        const { status, body } = await ask(bytes(parts.join("")));
        expect(status).toBeGreaterThanOrEqual(200);
        await (body && readAll(body).catch((error) => expect(error).toBeInstanceOf(EngineError)));
      }),
      { numRuns: 300 },
    );
  });
});

describe("docker context export and import", () => {
  it("carry a context to another name, by file and by pipe", async () => {
    const { docker } = elsewhere();
    await docker("context create one --description text --docker host=tcp://10.0.0.1:99");
    expect(await docker("context export one")).toEqual({
      code: 0,
      out: "",
      err: 'Written file "one.dockercontext"\n',
    });
    expect((await docker("context export one")).err).toBe("open one.dockercontext: file exists\n");
    expect(await docker("context import two one.dockercontext")).toEqual({
      code: 0,
      out: "two\n",
      err: 'Successfully imported context "two"\n',
    });
    expect((await docker("context import two one.dockercontext")).err).toBe('context "two" already exists\n');
    expect((await docker("context inspect two --format {{.Name}}{{.Endpoints.docker.Host}}")).out).toBe(
      "twotcp://10.0.0.1:99\n",
    );
    const piped = await docker("context export two -");
    expect((await docker("context import three -", { stdin: piped.out })).code).toBe(0);
    expect((await docker("context export nobody -")).err).toBe('context "nobody": context not found\n');
  });

  it("refuse what is no context", async () => {
    const { docker } = elsewhere();
    expect((await docker("context import two -", { stdin: "" })).err).toContain("no metadata found");
    expect((await docker("context import two -", { stdin: "PK nonsense".padEnd(600, "x") })).err).toContain(
      "not a tar archive",
    );
    expect((await docker("context import default -")).err).toContain("reserved context name");
  });
});

describe("parseEndpoint()", () => {
  it("throws nothing but CliError", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.webUrl(), fc.constantFrom("tcp://", "unix://x", "tcp://[::1]:5")),
        (url) => {
          try {
            parseEndpoint(url);
          } catch (error) {
            expect(error).toBeInstanceOf(CliError);
          }
        },
      ),
    );
    expect(parseEndpoint("tcp://[::1]:5")).toEqual({ kind: "tcp", host: "::1", port: 5 });
    expect(parseEndpoint("https://engine.example")).toEqual({ kind: "http", base: "https://engine.example" });
  });
});
