// Health checks on the real machine: the check's process, its time limit, and what ps, inspect and events say.

import { beforeAll, describe, expect, it } from "vitest";
import { useRealMachine } from "../testing/real-machine-node.ts";

const machine = useRealMachine();
const output = (line: string) => machine().output(line);

beforeAll(() => output("docker pull -q busybox"));

describe("health checks", () => {
  it("follow what the container is like", async () => {
    const events = await machine().start("docker events --filter event=health_status");
    await output(
      "docker run -d --name well --health-cmd 'echo looked; test -e /ok' --health-interval 300ms --health-retries 2 busybox sleep 1000",
    );
    expect(await output("docker ps --format '{{.Status}}' --filter name=well")).toContain(
      "(health: starting)",
    );
    await events.until(/health_status: unhealthy/);
    expect(await output("docker ps -q --filter health=unhealthy | wc -l")).toBe("1");
    await output("docker exec well touch /ok");
    await events.until(/health_status: healthy/);
    expect(await output("docker ps --format '{{.Status}}' --filter name=well")).toMatch(
      /^Up .* \(healthy\)$/,
    );
    expect(
      await output(
        "docker inspect -f '{{.State.Health.Status}} {{(index .State.Health.Log 0).Output}}' well",
      ),
    ).toBe("healthy looked\n");
    events.signal(2);
    await output("docker rm -f well");
  });

  it("end checks that take too long, and leave none of their processes", async () => {
    const events = await machine().start("docker events --filter event=health_status");
    await output(
      "docker run -d --name slow --health-cmd 'sleep 77777' --health-interval 200ms --health-timeout 300ms --health-retries 1 busybox sleep 1000",
    );
    await events.until(/health_status: unhealthy/);
    expect(await output("docker inspect -f '{{(index .State.Health.Log 0).Output}}' slow")).toBe(
      "Health check exceeded timeout (300ms)",
    );
    await output("docker stop -t 0 slow");
    expect(await output("docker inspect -f '{{.State.Health.Status}}' slow")).toBe("unhealthy");
    expect(await output("pgrep -f 7777[7] | wc -l")).toBe("0");
    events.signal(2);
    await output("docker rm slow");
  });
});
