import { expose, type Remote, wrap } from "comlink";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EngineError } from "../base/errors.ts";
import { readText, streamOf } from "../base/streams.ts";
import { RemoteError } from "./remote-error.ts";
import { installTransferHandlers, remoteErrorFields } from "./transfer.ts";

const service = {
  async fail(kind: "engine" | "error" | "string" | "foreign"): Promise<void> {
    if (kind === "engine") throw new EngineError("not-found", "No such container: web");
    if (kind === "error") throw new TypeError("x is not a function");
    if (kind === "foreign") throw Object.assign(new Error("no entry"), { code: "ENOENT" });
    throw "just words";
  },
  async greet(port: MessagePort): Promise<void> {
    port.postMessage("hello");
    port.close();
  },
  async count(listener: (value: number) => void): Promise<void> {
    await listener(1);
    await listener(2);
  },
  async respond(): Promise<{ status: number; body: ReadableStream<Uint8Array> }> {
    return { status: 200, body: streamOf(new TextEncoder().encode("body")) };
  },
};

let remote: Remote<typeof service>;
let ports: MessagePort[];

beforeEach(() => {
  installTransferHandlers();
  installTransferHandlers();
  const { port1, port2 } = new MessageChannel();
  ports = [port1, port2];
  expose(service, port1);
  remote = wrap<typeof service>(port2);
});

afterEach(() => {
  for (const port of ports) port.close();
});

const failure = (kind: Parameters<typeof service.fail>[0]) =>
  remote.fail(kind).then(
    () => undefined,
    (error: unknown) => error,
  );

describe("installTransferHandlers()", () => {
  it("carries an engine error's code", async () => {
    const error = await failure("engine");
    expect(error).toBeInstanceOf(RemoteError);
    expect(error).toMatchObject({ code: "not-found", message: "No such container: web" });
    expect((error as RemoteError).remoteStack).toContain("transfer.test.ts");
  });

  it("makes every other error internal", async () => {
    expect(await failure("error")).toMatchObject({ code: "internal", message: "x is not a function" });
    expect(await failure("foreign")).toMatchObject({ code: "internal", message: "no entry" });
    expect(await failure("string")).toMatchObject({ code: "internal", message: "just words" });
  });

  it("moves a port given as an argument", async () => {
    const { port1, port2 } = new MessageChannel();
    const heard = new Promise((resolve) => {
      port1.onmessage = ({ data }) => resolve(data);
    });
    await remote.greet(port2);
    expect(await heard).toBe("hello");
    port1.close();
  });

  it("lets the worker call a function of the page", async () => {
    const values: number[] = [];
    await remote.count((value) => void values.push(value));
    expect(values).toEqual([1, 2]);
  });

  it("moves the stream of a response", async () => {
    const { status, body } = await remote.respond();
    expect(status).toBe(200);
    expect(await readText(body)).toBe("body");
  });
});

describe("remoteErrorFields()", () => {
  it("takes no code from a prototype's name", () => {
    expect(remoteErrorFields(Object.assign(new Error("x"), { code: "constructor" })).code).toBe("internal");
  });
});
