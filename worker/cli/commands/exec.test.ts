import { describe, expect, it } from "vitest";
import { readText } from "../../base/streams.ts";
import { FakeApi, type FakeRoute, frame, sendOutput } from "../testing/fake-api.ts";
import { docker, FakeSession } from "../testing/fake-session.ts";

function execApi(start: FakeRoute, exitCode = 0): FakeApi {
  return new FakeApi()
    .on("GET /containers/web/json", { json: { Id: "c1" } })
    .on("POST /containers/web/exec", { status: 201, json: { Id: "e1" } })
    .on("POST /exec/e1/start", start)
    .on("POST /exec/e1/resize", { status: 200 })
    .on("GET /exec/e1/json", { json: { ExitCode: exitCode } });
}

describe("docker exec", () => {
  it("copies both outputs and exits as the process did", async () => {
    const api = execApi({ hijack: (process) => void sendOutput(process, frame(2, "e"), frame(1, "o")) }, 7);
    expect(await docker(api, "exec -e A=1 -w /tmp -u 1 web ls -l")).toEqual({ code: 7, out: "o", err: "e" });
    expect(api.request("POST /containers/web/exec").body).toEqual({
      User: "1",
      Privileged: false,
      Tty: false,
      AttachStdin: false,
      AttachStdout: true,
      AttachStderr: true,
      DetachKeys: "",
      Env: ["A=1"],
      WorkingDir: "/tmp",
      Cmd: ["ls", "-l"],
    });
  });

  it("passes stdin on with -i", async () => {
    const api = execApi({
      hijack: (process) =>
        void readText(process.readable).then((text) => sendOutput(process, frame(1, text))),
    });
    expect(await docker(api, "exec -i web cat", { stdin: "abc" })).toMatchObject({ out: "abc" });
  });

  it("is in raw mode with -it, at the caller's size", async () => {
    const api = execApi({ hijack: (process) => void sendOutput(process, new TextEncoder().encode("$ ")) });
    const session = new FakeSession(api.handler, ["exec", "-it", "web", "sh"], {
      stdin: new ReadableStream(),
      terminal: { columns: 90, rows: 20 },
    });
    expect(await session.run()).toEqual({ code: 0, out: "$ ", err: "" });
    expect(session.rawModes).toEqual([true, false]);
    expect(api.request("POST /exec/e1/resize").query).toEqual({ h: "20", w: "90" });
    expect(api.request("POST /containers/web/exec").body).toMatchObject({ ConsoleSize: [20, 90] });
  });

  it("does not wait with -d", async () => {
    const api = execApi({ status: 200 });
    expect(await docker(api, "exec -d web sleep 1")).toEqual({ code: 0, out: "", err: "" });
    expect(api.request("POST /exec/e1/start").body).toEqual({ Detach: true, Tty: false });
  });

  it("tells what the engine refuses", async () => {
    const api = execApi({ status: 409, json: { message: "container c1 is not running" } });
    expect(await docker(api, "exec web ls")).toEqual({
      code: 1,
      out: "",
      err: "Error response from daemon: container c1 is not running\n",
    });
  });
});
