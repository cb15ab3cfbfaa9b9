import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BuildCache } from "./build-cache.ts";
import type { BuildStep, StepContext } from "./build-step.ts";
import { PrivateApt } from "./debian/private-apt.ts";
import { runSteps } from "./run-steps.ts";

let folder = "";
const lines: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "build-"));
  lines.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true }));

function options() {
  const cache = new BuildCache(folder);
  const apt = new PrivateApt(
    join(folder, "apt"),
    () => undefined,
    async () => async () => undefined,
  );
  return { root: folder, cache, apt, say: (line: string) => void lines.push(line) };
}

function step(
  name: string,
  more: Partial<BuildStep> & { input?: string } = {},
): BuildStep & { made: number } {
  const made: BuildStep & { made: number } = {
    made: 0,
    name,
    title: `makes ${name}`,
    dependsOn: [],
    inputs: async () => ({ input: more.input ?? "" }),
    async run({ outputDir }: StepContext) {
      made.made += 1;
      writeFileSync(join(outputDir, "out"), `${name} ${more.input ?? ""}`);
    },
    ...more,
  };
  return made;
}

describe("runSteps()", () => {
  it("makes each step once, after what it depends on, and keeps it", async () => {
    const base = step("base");
    const left = step("left", { dependsOn: [base] });
    const right = step("right", { dependsOn: [base] });
    const first = await runSteps([left, right], options());
    expect([base.made, left.made, right.made]).toEqual([1, 1, 1]);
    expect(readFileSync(join(first.get(left)!.folder, "out"), "utf8")).toBe("left ");
    const second = await runSteps([left, right], options());
    expect([base.made, left.made, right.made]).toEqual([1, 1, 1]);
    expect(second.get(left)!.folder).toBe(first.get(left)!.folder);
    expect(lines.filter((line) => line.endsWith("kept"))).toHaveLength(3);
  });

  it("makes again what changed and what depends on it, nothing else", async () => {
    const other = step("other");
    await runSteps([step("top", { dependsOn: [step("base")] }), other], options());
    const top = step("top", { dependsOn: [step("base", { input: "changed" })] });
    await runSteps([top, other], options());
    expect([top.made, other.made]).toEqual([1, 1]);
  });

  it("does not even make what a kept step only uses", async () => {
    const tool = step("tool", { input: "1" });
    await runSteps([step("top", { uses: [tool] })], options());
    const newTool = step("tool", { input: "2" });
    const top = step("top", { uses: [newTool] });
    await runSteps([top], options());
    expect([tool.made, newTool.made, top.made]).toEqual([1, 0, 0]);
  });

  it("names the step, the command and the end of its output when one fails", async () => {
    const failing = step("failing", {
      run: async ({ run }) => void (await run("sh", ["-c", "echo it broke; exit 3"])),
    });
    const after = step("after", { dependsOn: [failing] });
    const failure = await runSteps([after], options()).catch((error: Error) => error);
    expect((failure as Error).message).toMatch(
      /^Build step "failing" failed: `sh -c "echo it broke; exit 3"` failed with exit code 3\n {4}it broke\n {2}The whole log: .*failing\.log$/,
    );
    expect(after.made).toBe(0);
    expect(existsSync(join(folder, "steps", "failing"))).toBe(false);
    const repaired = step("failing");
    await runSteps([repaired], options());
    expect(repaired.made).toBe(1);
  });

  it("leaves nothing behind but the last three outputs of a step and those of the last hour", async () => {
    const outputs = () => readdirSync(join(folder, "steps", "often"));
    for (const input of ["1", "2", "3", "4"]) await runSteps([step("often", { input })], options());
    expect(outputs()).toHaveLength(4);
    const longAgo = new Date(Date.now() - 2 * 3_600_000);
    for (const key of outputs()) utimesSync(join(folder, "steps", "often", key), longAgo, longAgo);
    await runSteps([step("often", { input: "5" })], options());
    expect(outputs()).toHaveLength(3);
    expect(readdirSync(join(folder, "tmp"))).toEqual([]);
    expect(readdirSync(join(folder, "locks"))).toEqual([]);
  });

  it("makes a step in one of two builds that run at the same time", async () => {
    const once = step("once");
    await Promise.all([runSteps([once], options()), runSteps([once], options())]);
    expect(once.made).toBe(1);
  });
});

describe("BuildCache", () => {
  it("takes over the lock of a process that has ended", async () => {
    const cache = new BuildCache(folder);
    const release = await cache.lock("x");
    writeFileSync(join(folder, "locks", "x"), "999999999 1");
    const again = await cache.lock("x");
    expect(readFileSync(join(folder, "locks", "x"), "utf8")).toMatch(new RegExp(`^${process.pid} `));
    await again();
    await release();
  });
});
