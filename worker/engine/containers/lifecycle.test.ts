import { describe, expect, it } from "vitest";
import { chunksOf } from "../../base/streams.ts";
import { ContainerEndedError } from "../container-runtime.ts";
import { createEngine } from "../engine.ts";
import type { EngineContext } from "../engine-context.ts";
import { containerRequest } from "../testing/container-request.ts";
import { ManualClock, testEngine } from "../testing/test-engine.ts";
import { createVolume } from "../volumes/create-volume.ts";
import { attachContainer } from "./attach.ts";
import { createContainer } from "./create.ts";
import { checkExecStart, createExec, startExec } from "./exec.ts";
import { plainExec } from "./exec-store.ts";
import { killContainer } from "./kill.ts";
import { listContainers } from "./list.ts";
import { pauseContainer, unpauseContainer } from "./pause.ts";
import { removeContainer } from "./remove.ts";
import { removeLink } from "./remove-link.ts";
import { renameContainer } from "./rename.ts";
import { restartContainer } from "./restart.ts";
import { nextDelayMs } from "./restart-policy.ts";
import { startContainer } from "./start.ts";
import { stopContainer } from "./stop.ts";
import { waitContainer } from "./wait.ts";

type Choices = Parameters<typeof containerRequest>[0];

async function create(engine: EngineContext, cmd: string[], choices: Choices = {}) {
  const request = containerRequest({ ...choices, config: { cmd, ...choices.config } });
  return (await createContainer(engine, request)).container;
}

async function run(engine: EngineContext, cmd: string[], choices: Choices = {}) {
  const container = await create(engine, cmd, choices);
  await startContainer(engine, container.id);
  return container;
}

async function outputOf(output: ReadableStream<{ stream: string; bytes: Uint8Array }>): Promise<string> {
  let text = "";
  for await (const { stream, bytes } of chunksOf(output))
    text += `${stream}: ${new TextDecoder().decode(bytes)}`;
  return text;
}

/** Lets everything that is ready happen. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe("createContainer()", () => {
  it("joins entrypoint and command as Docker does", async () => {
    const { engine, images } = await testEngine();
    images.add("entry:latest", {
      entrypoint: ["/entry"],
      cmd: ["default"],
      env: ["A=image", "B=image"],
      user: "7:7",
    });
    const argvOf = async (config: NonNullable<Choices["config"]>) =>
      (await createContainer(engine, containerRequest({ config: { image: "entry", ...config } }))).container
        .record.argv;
    expect(await argvOf({})).toEqual(["/entry", "default"]);
    expect(await argvOf({ cmd: ["x"] })).toEqual(["/entry", "x"]);
    expect(await argvOf({ entrypoint: ["/own"] })).toEqual(["/own"]);
    expect(await argvOf({ entrypoint: [""], cmd: ["sh"] })).toEqual(["sh"]);
    await expect(argvOf({ entrypoint: [""] })).rejects.toThrow("no command specified");
    const merged = await create(engine, ["x"], {
      config: { image: "entry", cmd: ["x"], env: ["B=own", "C=own"] },
    });
    expect(merged.record.config).toMatchObject({ env: ["A=image", "B=own", "C=own"], user: "7:7" });
  });

  it("keeps a name for one container, and gives it back", async () => {
    const { engine } = await testEngine();
    const first = await create(engine, ["true"], { name: "one" });
    await expect(create(engine, ["true"], { name: "/one" })).rejects.toThrow(
      `Conflict. The container name "/one" is already in use by container "${first.id}". You have to remove (or rename) that container to be able to reuse that name.`,
    );
    await renameContainer(engine, "one", "two");
    await create(engine, ["true"], { name: "one" });
    await expect(renameContainer(engine, "two", "one")).rejects.toThrow("Conflict.");
    await removeContainer(engine, "two");
    await create(engine, ["true"], { name: "two" });
    await expect(create(engine, ["true"], { name: "a b" })).rejects.toThrow(
      "Invalid container name (a b), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed",
    );
  });

  it("leaves nothing behind when it refuses", async () => {
    const { engine } = await testEngine();
    await expect(create(engine, ["true"], { name: "xx", host: { binds: ["a:b:c:d"] } })).rejects.toThrow(
      "invalid volume specification: 'a:b:c:d'",
    );
    expect(engine.containers.all()).toEqual([]);
    await create(engine, ["true"], { name: "xx" });
  });

  it("gives every container a name of its own", async () => {
    const { engine } = await testEngine();
    const names = new Set<string>();
    for (let count = 0; count < 50; count++) names.add((await create(engine, ["true"])).name);
    expect(names.size).toBe(50);
    for (const name of names) expect(name).toMatch(/^[a-z]+_[a-z]+\d*$/);
  });
});

describe("startContainer()", () => {
  it("records exit, output and times, and gives the address back", async () => {
    const { engine, runtime } = await testEngine();
    const container = await create(engine, ["both"]);
    const attached = attachContainer(engine, container.id, {
      stdin: false,
      stdout: true,
      stderr: true,
      stream: true,
      logs: false,
    });
    const exit = waitContainer(engine, container.id, "next-exit");
    await startContainer(engine, container.id);
    expect(container.record.endpoints.bridge?.live?.ipAddress).toBe("172.17.0.2");
    expect((await outputOf(attached.output)).split("\n").sort()).toEqual(
      ["", "stderr: to stderr", "stdout: to stdout"].sort(),
    );
    expect(await exit).toEqual({ exitCode: 3, error: "" });
    expect(container.record.state).toMatchObject({ status: "exited", exitCode: 3, pid: 0 });
    expect(container.record.endpoints.bridge?.live).toBeNull();
    expect(runtime.calls.at(-1)).toBe(`cleanUp ${container.id.slice(0, 12)}`);
    await run(engine, ["sleep"]);
    const third = await run(engine, ["sleep"]);
    expect(third.record.endpoints.bridge?.live?.ipAddress).toBe("172.17.0.3");
  });

  it("answers 304's code when it runs, and conflict when paused", async () => {
    const { engine } = await testEngine();
    const container = await run(engine, ["sleep"]);
    await expect(startContainer(engine, container.id)).rejects.toMatchObject({ code: "not-modified" });
    await pauseContainer(engine, container.id);
    await expect(startContainer(engine, container.id)).rejects.toThrow("cannot start a paused container");
    await expect(pauseContainer(engine, container.id)).rejects.toThrow("is already paused");
    await unpauseContainer(engine, container.id);
    await expect(unpauseContainer(engine, container.id)).rejects.toThrow("is not paused");
  });

  it("leaves a container that cannot start as it was, with the reason and all released", async () => {
    const { engine } = await testEngine();
    const container = await create(engine, ["nonsense"], {
      host: { portBindings: { "80/tcp": [{ hostIp: "", hostPort: "8080" }] } },
    });
    await expect(startContainer(engine, container.id)).rejects.toThrow(
      'exec: "nonsense": executable file not found in $PATH',
    );
    expect(container.record.state).toMatchObject({ status: "created", exitCode: 127 });
    const other = await run(engine, ["sleep"], {
      host: { portBindings: { "80/tcp": [{ hostIp: "", hostPort: "8080" }] } },
    });
    expect(other.record.endpoints.bridge?.live?.ipAddress).toBe("172.17.0.2");
    const third = await create(engine, ["sleep"], {
      name: "third",
      host: { portBindings: { "80/tcp": [{ hostIp: "", hostPort: "8080" }] } },
    });
    await expect(startContainer(engine, third.id)).rejects.toThrow(
      /failed to set up container networking: driver failed programming external connectivity on endpoint third \([0-9a-f]{64}\): Bind for 0\.0\.0\.0:8080 failed: port is already allocated/,
    );
  });

  it("fills a new volume from the image, once", async () => {
    const { engine, runtime } = await testEngine();
    const container = await create(engine, ["true"], { host: { binds: ["data:/srv", "/host/dir:/mnt"] } });
    runtime.files.entries.set(`${runtime.rootPath(container.id)}/srv`, null);
    runtime.files.entries.set(`${runtime.rootPath(container.id)}/srv/page`, "hello");
    await startContainer(engine, container.id);
    expect(runtime.files.entries.get("/var/lib/docker/volumes/data/_data/page")).toBe("hello");
    expect(runtime.files.entries.has("/host/dir")).toBe(true);
    await run(engine, ["true"], { host: { binds: ["data:/srv"] } });
    expect(runtime.files.calls.filter((call) => call.startsWith("copyTree"))).toHaveLength(1);
  });

  it("looks names of users up in the image", async () => {
    const { engine, runtime } = await testEngine();
    const container = await create(engine, ["true"], { config: { cmd: ["true"], user: "web" } });
    await expect(startContainer(engine, container.id)).rejects.toThrow(
      "unable to find user web: no matching entries in passwd file",
    );
    runtime.files.entries.set(`${runtime.rootPath(container.id)}/etc/passwd`, "web:x:7:8::/:/bin/sh\n");
    await startContainer(engine, container.id);
    expect(runtime.plans[0]?.spec.process.user).toEqual({ uid: 7, gid: 8 });
  });
});

describe("stopContainer()", () => {
  it("sends the stop signal, and KILL when the time is over", async () => {
    const clock = new ManualClock();
    const { engine, runtime } = await testEngine({ clock });
    const container = await run(engine, ["sleep"], { config: { cmd: ["sleep"], stopSignal: "SIGINT" } });
    const stopped = stopContainer(engine, container.id, { timeoutS: 3 });
    await settle();
    clock.advance(2999);
    await settle();
    expect(runtime.calls.at(-1)).toBe(`signal ${container.id.slice(0, 12)} 2`);
    clock.advance(1);
    await stopped;
    expect(runtime.calls).toContain(`signal ${container.id.slice(0, 12)} 9`);
    expect(container.record.state).toMatchObject({ status: "exited", exitCode: 137, manuallyStopped: true });
    await expect(stopContainer(engine, container.id)).rejects.toMatchObject({ code: "not-modified" });
  });

  it("lets a server that ends at TERM end", async () => {
    const { engine } = await testEngine();
    const container = await run(engine, ["serve"]);
    await stopContainer(engine, container.id);
    expect(container.record.state).toMatchObject({ status: "exited", exitCode: 0 });
  });

  it("restarts with another run", async () => {
    const { engine, runtime } = await testEngine();
    const container = await run(engine, ["serve"]);
    await restartContainer(engine, container.id);
    expect(container.record.state.status).toBe("running");
    expect(runtime.calls.filter((call) => call.startsWith("start"))).toHaveLength(2);
  });
});

describe("waitContainer()", () => {
  it("sees every exit, also one that a restart follows, and removal from any state", async () => {
    const clock = new ManualClock();
    const { engine } = await testEngine({ clock });
    const container = await create(engine, ["exit", "3"], {
      host: { restartPolicy: { name: "always", maximumRetryCount: 0 } },
    });
    const first = waitContainer(engine, container.id, "next-exit");
    await startContainer(engine, container.id);
    expect(await first).toEqual({ exitCode: 3, error: "" });
    expect(container.record.state.status).toBe("restarting");
    const second = waitContainer(engine, container.id, "not-running");
    clock.advance(100);
    expect(await second).toEqual({ exitCode: 3, error: "" });
    const gone = waitContainer(engine, container.id, "removed");
    await removeContainer(engine, container.id, { force: true });
    expect(await gone).toMatchObject({ error: "" });
  });
});

describe("removeLink()", () => {
  it("takes a link away by its name below the container's, and nothing else", async () => {
    const { engine } = await testEngine();
    await run(engine, ["sleep"], { name: "db" });
    const web = await run(engine, ["sleep"], { name: "web", host: { links: ["db:store", "db"] } });
    await expect(removeLink(engine, "/web")).rejects.toThrow(
      "Conflict, cannot remove the default link name of the container",
    );
    await expect(removeLink(engine, "web/nothing")).rejects.toMatchObject({ code: "not-found" });
    await removeLink(engine, "web/store");
    expect(web.record.host.links).toEqual(["db"]);
    await removeLink(engine, "/web/db");
    expect(web.record.host.links).toEqual([]);
  });
});

describe("volumes with a file system of their own", () => {
  const options = { type: "tmpfs", device: "tmpfs", o: "size=1m" };
  const volume = { name: "own", driver: "", labels: {} };
  const mount = "mount -t tmpfs -o size=1m -- tmpfs /var/lib/docker/volumes/own/_data";
  const unmount = "umount -l /var/lib/docker/volumes/own/_data";

  it("are mounted from the first container's start to the last one's end", async () => {
    const { engine, runtime } = await testEngine();
    await createVolume(engine, { ...volume, options });
    const host = { binds: ["own:/data"] };
    const one = await run(engine, ["sleep"], { config: { cmd: ["sleep"] }, host });
    const two = await run(engine, ["sleep"], { config: { cmd: ["sleep"] }, host });
    const mounts = () => runtime.calls.filter((call) => call === mount || call === unmount);
    expect(mounts()).toEqual([mount]);
    await killContainer(engine, one.id, "");
    await waitContainer(engine, one.id, "not-running");
    expect(mounts()).toEqual([mount]);
    await killContainer(engine, two.id, "");
    await waitContainer(engine, two.id, "not-running");
    expect(mounts()).toEqual([mount, unmount]);
    await startContainer(engine, one.id);
    expect(mounts()).toEqual([mount, unmount, mount]);
  });

  it("fail the start when they cannot be mounted", async () => {
    const { engine, runtime } = await testEngine();
    await createVolume(engine, { ...volume, options });
    runtime.toolResult = { exitCode: 32, stdout: "", stderr: "mount: bad option\n" };
    await expect(run(engine, ["true"], { host: { binds: ["own:/data"] } })).rejects.toThrow(
      "failed to mount local volume: mount: bad option",
    );
  });

  it.each([
    [{ color: "red" }, 'create own: invalid option: "color"'],
    [{ type: "tmpfs" }, 'create own: missing required option: "device"'],
    [{ o: "ro", type: "none", device: "" }, undefined],
    [{ device: "tmpfs" }, 'create own: missing required option: "type"'],
    [{ size: "1g" }, "create own: quota size requested but no quota support"],
    [{ size: "much" }, "create own: invalid size: 'much'"],
  ])("are checked: %j", async (given, message) => {
    const { engine } = await testEngine();
    const creating = createVolume(engine, { ...volume, options: given as Record<string, string> });
    if (message === undefined) expect((await creating).options).toEqual(given);
    else await expect(creating).rejects.toThrow(message);
  });
});

describe("removeContainer()", () => {
  it("takes the writable layer, anonymous volumes when asked, and tells who waits", async () => {
    const { engine, runtime } = await testEngine();
    const container = await run(engine, ["sleep"], {
      name: "xx",
      config: { cmd: ["sleep"], volumes: ["/anonymous"] },
      host: { binds: ["named:/named"] },
    });
    await expect(removeContainer(engine, "xx")).rejects.toThrow(
      'cannot remove container "/xx": container is running: stop the container before removing or force remove',
    );
    const removed = waitContainer(engine, "xx", "removed");
    await removeContainer(engine, "xx", { force: true, removeVolumes: true });
    expect(await removed).toEqual({ exitCode: 137, error: "" });
    expect(runtime.calls).toContain(`removeWritable ${container.id.slice(0, 12)}`);
    expect(engine.volumes.all().map(({ name }) => name)).toEqual(["named"]);
    expect(() => engine.containers.find("xx")).toThrow("No such container: xx");
  });

  it("by force also takes one that is just starting", async () => {
    const { engine } = await testEngine();
    const container = await create(engine, ["sleep"], { config: { cmd: ["sleep"] } });
    const starting = startContainer(engine, container.id);
    await removeContainer(engine, container.id, { force: true });
    await starting;
    expect(engine.containers.all()).toEqual([]);
  });

  it("comes by itself with --rm, also after a start that failed", async () => {
    const { engine } = await testEngine();
    const container = await create(engine, ["true"], { host: { autoRemove: true } });
    const removed = waitContainer(engine, container.id, "removed");
    await startContainer(engine, container.id);
    expect(await removed).toEqual({ exitCode: 0, error: "" });
    const broken = await create(engine, ["nonsense"], { host: { autoRemove: true } });
    await expect(startContainer(engine, broken.id)).rejects.toThrow("not found");
    expect(engine.containers.all()).toEqual([]);
  });
});

describe("restart policies", () => {
  it("wait 100 ms, twice as long each time, and start anew after a steady run", () => {
    expect([
      nextDelayMs(0, 0),
      nextDelayMs(100, 5),
      nextDelayMs(50_000, 5),
      nextDelayMs(6400, 10_000),
    ]).toEqual([100, 200, 60_000, 100]);
  });

  it("start a failing container again, as often as allowed", async () => {
    const clock = new ManualClock();
    const { engine, runtime } = await testEngine({ clock });
    const container = await create(engine, ["false"], {
      host: { restartPolicy: { name: "on-failure", maximumRetryCount: 2 } },
    });
    let exit = waitContainer(engine, container.id, "next-exit");
    await startContainer(engine, container.id);
    for (const delayMs of [100, 200]) {
      expect(await exit).toEqual({ exitCode: 1, error: "" });
      expect(container.record.state.status).toBe("restarting");
      expect(clock.pendingDelaysMs).toEqual([delayMs]);
      exit = waitContainer(engine, container.id, "next-exit");
      clock.advance(delayMs);
    }
    expect(await exit).toEqual({ exitCode: 1, error: "" });
    expect(container.record.state).toMatchObject({ status: "exited", restartCount: 2 });
    expect(runtime.calls.filter((call) => call.startsWith("start"))).toHaveLength(3);
  });

  it("end with stop", async () => {
    const clock = new ManualClock();
    const { engine } = await testEngine({ clock });
    const container = await run(engine, ["false"], {
      host: { restartPolicy: { name: "always", maximumRetryCount: 0 } },
    });
    await settle();
    await settle();
    expect(container.record.state.status).toBe("restarting");
    await stopContainer(engine, container.id);
    expect(container.record.state.status).toBe("exited");
    expect(clock.pendingDelaysMs).toEqual([]);
  });
});

describe("exec", () => {
  it("inherits environment and user, and is refused when nothing runs", async () => {
    const { engine, runtime } = await testEngine();
    const container = await run(engine, ["sleep"], { config: { cmd: ["sleep"], env: ["A=1"], user: "5:6" } });
    const config = { ...plainExec(["env"]), env: ["B=2"], workingDir: "/w" };
    const exec = createExec(engine, container.id, config);
    const { output } = await startExec(engine, exec.id, { detach: false, consoleSize: null });
    expect(await outputOf(output)).toContain("A=1\n");
    expect(exec).toMatchObject({ running: false, exitCode: 0 });
    expect(runtime.execPlans[0]?.process).toMatchObject({ user: { uid: 5, gid: 6 }, cwd: "/w" });
    expect(runtime.execPlans[0]?.process.env).toContain("B=2");
    expect(() => checkExecStart(engine, exec.id)).toThrow(`Error: Exec command ${exec.id} has already run`);
    await killContainer(engine, container.id, "");
    expect(engine.execs.find(exec.id).exitCode).toBe(0);
    expect(() => createExec(engine, container.id, config)).toThrow(
      `container ${container.id} is not running`,
    );
  });
});

describe("exec in a container that ends meanwhile", () => {
  it("fails in runc's words, without a path of the guest", async () => {
    const { engine, runtime } = await testEngine();
    const container = await run(engine, ["sleep"]);
    const exec = createExec(engine, container.id, plainExec(["env"]));
    runtime.exec = async () => {
      throw new ContainerEndedError();
    };
    await expect(startExec(engine, exec.id, { detach: false, consoleSize: null })).rejects.toThrow(
      /^OCI runtime exec failed: exec failed: cannot exec in a stopped container: unknown$/,
    );
    expect(exec).toMatchObject({ running: false, exitCode: 126 });
  });
});

describe("a machine that starts anew", () => {
  it("finds what ran exited with 255, and brings back what a policy wants", async () => {
    const first = await testEngine();
    const plain = await run(first.engine, ["sleep"], { name: "plain" });
    await run(first.engine, ["sleep"], { name: "gone", host: { autoRemove: true } });
    await run(first.engine, ["sleep"], {
      name: "always",
      host: { restartPolicy: { name: "always", maximumRetryCount: 0 } },
    });
    await create(first.engine, ["sleep"], { name: "never-started" });
    const second = await testEngine({ records: first.records });
    const engine = await createEngine({
      runtime: second.runtime,
      records: first.records,
      images: first.images,
    });
    await engine.restarted;
    const states = (await listContainers(engine, { all: true, limit: 0, filters: new Map() })).map(
      ({ record }) => [record.name, record.state.status, record.state.exitCode],
    );
    expect(new Map(states.map(([name, ...rest]) => [name, rest.join(" ")]))).toEqual(
      new Map([
        ["plain", "exited 255"],
        ["always", "running 0"],
        ["never-started", "created 0"],
      ]),
    );
    expect(engine.containers.find(plain.id).record.endpoints.bridge?.live).toBeNull();
    expect(engine.networks.find("bridge").id).toBe(first.engine.networks.find("bridge").id);
  });
});
