// Work for quiet moments: when it is done, in what order, and that none is lost or done twice.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { QuietWork } from "./quiet-work.ts";

describe("QuietWork", () => {
  let done: string[];
  let quiet: QuietWork;
  const note = (text: string) => async () => {
    await Promise.resolve();
    done.push(text);
  };

  beforeEach(() => {
    vi.useFakeTimers();
    done = [];
    quiet = new QuietWork();
  });
  afterEach(() => void vi.useRealTimers());

  it("comes a second after the last thing that happened, and what is always done comes last", async () => {
    quiet.always(note("spare"));
    quiet.put("one", note("one"));
    await vi.advanceTimersByTimeAsync(900);
    quiet.postpone();
    await vi.advanceTimersByTimeAsync(900);
    expect(done).toEqual([]);
    await vi.advanceTimersByTimeAsync(200);
    expect(done).toEqual(["one", "spare"]);
    await vi.advanceTimersByTimeAsync(5000);
    expect(done).toEqual(["one", "spare"]);
  });

  it("does not wait when much has gathered", async () => {
    for (let number = 0; number < 40; number++) {
      quiet.put(String(number), note(String(number)));
      await vi.advanceTimersByTimeAsync(10);
    }
    expect(done.length).toBeGreaterThanOrEqual(32);
  });

  it("does what is wanted at once, once, and only that", async () => {
    quiet.put("one", note("one"));
    quiet.put("two", note("two"));
    await Promise.all([quiet.settle("one"), quiet.settle("one"), quiet.settle("nothing")]);
    expect(done).toEqual(["one"]);
    expect([quiet.isPending("one"), quiet.isPending("two")]).toEqual([false, true]);
    await vi.advanceTimersByTimeAsync(2000);
    expect(done).toEqual(["one", "two"]);
  });

  it("keeps the order of what one key has to do, also when the first has begun", async () => {
    let release = () => {};
    quiet.put("one", async () => {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      done.push("first");
    });
    const settling = quiet.settle("one");
    quiet.put("one", note("second"));
    release();
    await settling;
    expect(quiet.isPending("one")).toBe(true);
    await quiet.settleAll();
    expect(done).toEqual(["first", "second"]);
  });

  it("does the second piece of a key when the first fails", async () => {
    const said = vi.spyOn(console, "error").mockImplementation(() => {});
    quiet.put("one", async () => Promise.reject(new Error("busy")));
    quiet.put("one", note("second"));
    await quiet.settle("one");
    expect(done).toEqual(["second"]);
    expect(said).toHaveBeenCalledWith("runtime: busy");
  });

  it("tells whoever waits of a failure, and goes on with the rest", async () => {
    const said = vi.spyOn(console, "error").mockImplementation(() => {});
    const fails = async () => Promise.reject(new Error("busy"));
    quiet.put("one", fails);
    await expect(quiet.settle("one")).rejects.toThrow("busy");
    quiet.put("one", fails);
    quiet.put("two", note("two"));
    await vi.advanceTimersByTimeAsync(2000);
    expect(done).toEqual(["two"]);
    expect(said).toHaveBeenCalledWith("runtime: busy");
    expect(quiet.isPending("one")).toBe(false);
  });
});
