import { describe, expect, it } from "vitest";
import { NO_FILTERS } from "../filters.ts";
import type { ImageHealthcheck } from "../image-port.ts";
import { containerRequest } from "../testing/container-request.ts";
import type { FakeProgram } from "../testing/fake-programs.ts";
import { ManualClock, testEngine } from "../testing/test-engine.ts";
import type { Container } from "./container.ts";
import { createContainer } from "./create.ts";
import { durationText } from "./health-probe.ts";
import { checkHealthcheck, mergeHealthcheck } from "./healthcheck.ts";
import { listContainers } from "./list.ts";
import { pauseContainer, unpauseContainer } from "./pause.ts";
import { startContainer } from "./start.ts";
import { stopContainer } from "./stop.ts";

const SECOND = 1e9;

/** A container whose check is the program `check`. */
async function checked(healthcheck: Partial<ImageHealthcheck>, check: FakeProgram) {
  const clock = new ManualClock();
  const parts = await testEngine({ clock });
  parts.runtime.programs.set("check", check);
  const { container } = await createContainer(
    parts.engine,
    containerRequest({
      name: "checked",
      config: { cmd: ["serve"], healthcheck: { test: ["CMD", "check"], ...healthcheck } },
    }),
  );
  await startContainer(parts.engine, container.id);
  return { ...parts, clock, container };
}

const health = ({ record }: Container) => record.state.health;
/** Lets what the clock has set going come to its end. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
  await new Promise((resolve) => setTimeout(resolve, 0));
}

async function pass(clock: ManualClock, ms: number): Promise<void> {
  clock.advance(ms);
  await settle();
}

describe("health", () => {
  it("is starting, then healthy or not by the check's exit code, and tells when it changes", async () => {
    let code = 0;
    const { clock, container, engine } = await checked(
      { interval: 10 * SECOND, retries: 2 },
      async ({ write, writeError }) => {
        await write("out ");
        await writeError("err");
        return code;
      },
    );
    expect(health(container)).toEqual({ status: "starting", failingStreak: 0, log: [] });
    await pass(clock, 9_999);
    expect(health(container)?.log).toEqual([]);
    await pass(clock, 1);
    expect(health(container)).toMatchObject({ status: "healthy", failingStreak: 0 });
    expect(health(container)?.log).toHaveLength(1);
    expect(health(container)?.log[0]).toMatchObject({ exitCode: 0, output: expect.stringContaining("out ") });
    code = 3;
    await pass(clock, 10_000);
    expect(health(container)).toMatchObject({ status: "healthy", failingStreak: 1 });
    await pass(clock, 10_000);
    expect(health(container)).toMatchObject({ status: "unhealthy", failingStreak: 2 });
    code = 0;
    for (let more = 0; more < 6; more++) await pass(clock, 10_000);
    expect(health(container)?.status).toBe("healthy");
    expect(health(container)?.log).toHaveLength(5);
    const changes = engine.events.recent().filter(({ action }) => action.startsWith("health_status"));
    expect(changes.map(({ action }) => action)).toEqual([
      "health_status: healthy",
      "health_status: unhealthy",
      "health_status: healthy",
    ]);
    expect(container.execIds.size).toBe(0);
  });

  it("does not count failures of the start period, in which it checks at its own interval", async () => {
    let code = 1;
    const { clock, container } = await checked(
      { interval: 60 * SECOND, startPeriod: 20 * SECOND, startInterval: 4 * SECOND, retries: 1 },
      async () => code,
    );
    for (let tries = 0; tries < 4; tries++) await pass(clock, 4000);
    expect(health(container)).toMatchObject({ status: "starting", failingStreak: 0 });
    expect(health(container)?.log).toHaveLength(4);
    code = 0;
    await pass(clock, 4000);
    expect(health(container)?.status).toBe("healthy");
    await pass(clock, 59_000);
    expect(health(container)?.log).toHaveLength(5);
    code = 1;
    await pass(clock, 1000);
    expect(health(container)?.status).toBe("unhealthy");
  });

  it("fails when the check takes too long, and when it cannot be started", async () => {
    const { clock, container, runtime } = await checked(
      { interval: SECOND, timeout: 1.5 * SECOND, retries: 1 },
      async ({ write, killed }) => {
        await write("still at it");
        await killed;
        return 137;
      },
    );
    await pass(clock, 1000);
    expect(health(container)?.log).toEqual([]);
    await pass(clock, 1500);
    expect(health(container)?.log).toMatchObject([
      { exitCode: -1, output: "Health check exceeded timeout (1.5s): still at it" },
    ]);
    expect(health(container)?.status).toBe("unhealthy");
    runtime.programs.delete("check");
    await pass(clock, 1000);
    expect(health(container)?.log[1]).toMatchObject({
      exitCode: -1,
      output: expect.stringContaining('exec: "check": executable file not found in $PATH'),
    });
  });

  it("keeps the first 4096 bytes of what a check prints", async () => {
    const { clock, container } = await checked({ interval: SECOND }, async ({ write }) => {
      for (let at = 0; at < 50; at++) await write("x".repeat(100));
      return 0;
    });
    await pass(clock, 1000);
    await settle();
    expect(health(container)?.log[0]?.output).toBe(`${"x".repeat(4096)}...`);
  });

  it("is not watched while paused or stopped, and begins anew with a start", async () => {
    const { clock, container, engine } = await checked({ interval: SECOND }, async () => 0);
    const names = async (status: string) =>
      (
        await listContainers(engine, {
          all: true,
          limit: 0,
          filters: new Map([["health", [status]]]),
        })
      ).length;
    await pass(clock, 1000);
    expect(await names("healthy")).toBe(1);
    await pauseContainer(engine, container.id);
    expect(health(container)?.status).toBe("unhealthy");
    await pass(clock, 10_000);
    expect(health(container)?.log).toHaveLength(1);
    await unpauseContainer(engine, container.id);
    await pass(clock, 1000);
    expect(health(container)?.status).toBe("healthy");
    await stopContainer(engine, container.id);
    expect(await names("unhealthy")).toBe(1);
    await pass(clock, 10_000);
    expect(health(container)?.log).toHaveLength(2);
    expect(clock.pendingDelaysMs).toEqual([]);
    await startContainer(engine, container.id);
    expect(health(container)).toMatchObject({ status: "starting", failingStreak: 0 });
    expect(await names("none")).toBe(0);
    expect(await listContainers(engine, { all: false, limit: 0, filters: NO_FILTERS })).toHaveLength(1);
  });

  it("is not there without a check, or with NONE", async () => {
    const { container, clock, runtime } = await checked({ test: ["NONE"] }, async () => 0);
    expect(health(container)).toBeNull();
    await pass(clock, 100_000);
    expect(runtime.execPlans).toEqual([]);
  });

  it("asks a shell with CMD-SHELL, the container's own where it has one", async () => {
    const { clock, runtime } = await checked(
      { test: ["CMD-SHELL", "a && b"], interval: SECOND },
      async () => 0,
    );
    await pass(clock, 1000);
    expect(runtime.execPlans.at(-1)?.process.args).toEqual(["/bin/sh", "-c", "a && b"]);
  });
});

describe("mergeHealthcheck()", () => {
  it("takes what the client leaves open from the image", () => {
    const image = { test: ["CMD", "image"], interval: 1, retries: 2 };
    expect(mergeHealthcheck({ test: [], interval: 5 }, image)).toMatchObject({
      test: ["CMD", "image"],
      interval: 5,
      retries: 2,
    });
    expect(mergeHealthcheck({ test: ["NONE"] }, image)?.test).toEqual(["NONE"]);
    expect(mergeHealthcheck(null, image)).toBe(image);
    expect(mergeHealthcheck(null, undefined)).toBeNull();
  });

  it("refuses times below a millisecond", () => {
    expect(() => checkHealthcheck({ test: [], timeout: 999_999 })).toThrow(
      "Timeout in Healthcheck cannot be less than 1ms",
    );
    expect(() => checkHealthcheck({ test: [], startPeriod: -1 })).toThrow("StartPeriod");
    expect(() => checkHealthcheck({ test: [], retries: -1 })).toThrow("cannot be negative");
  });
});

describe("durationText()", () => {
  it("writes as Go does", () => {
    expect([300, 1500, 30_000, 90_000, 3_600_000].map(durationText)).toEqual([
      "300ms",
      "1.5s",
      "30s",
      "1m30s",
      "1h0m0s",
    ]);
  });
});
