import { describe, expect, it } from "vitest";
import { PullProgress } from "./pull-progress.ts";

describe("PullProgress", () => {
  it("adds up the layers that are under way", () => {
    const progress = new PullProgress();
    expect(progress.add({ status: "Pulling from library/nginx", id: "latest" })).toEqual({
      detail: "latest: Pulling from library/nginx",
    });
    progress.add({ id: "a", status: "Downloading", progressDetail: { current: 10, total: 100 } });
    progress.add({ id: "b", status: "Downloading", progressDetail: { current: 5, total: 50 } });
    expect(progress.add({ id: "a", status: "Pull complete", progressDetail: {} })).toEqual({
      detail: "a: Pull complete",
      doneBytes: 105,
      totalBytes: 150,
    });
  });

  it("never goes back when a layer is unpacked after it was fetched", () => {
    const progress = new PullProgress();
    progress.add({ id: "a", status: "Downloading", progressDetail: { current: 100, total: 100 } });
    const then = progress.add({ id: "a", status: "Extracting", progressDetail: { current: 1, total: 100 } });
    expect(then.doneBytes).toBe(100);
  });

  it("takes output of load as it is", () => {
    expect(new PullProgress().add({ stream: "Loaded image: busybox:latest\n" })).toEqual({
      detail: "Loaded image: busybox:latest",
    });
  });
});
