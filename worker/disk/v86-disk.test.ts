import { describe, expect, it, vi } from "vitest";
import type { BlockDevice } from "./block-device.ts";
import { toV86Disk } from "./v86-disk.ts";

function device(overrides: Partial<BlockDevice>): BlockDevice {
  return { byteLength: 1024, read: () => new Uint8Array(1), write: () => {}, ...overrides };
}

describe("toV86Disk()", () => {
  it("answers at once when the device does", () => {
    const disk = toV86Disk(
      device({ read: (offset, length) => new Uint8Array(length).fill(offset) }),
      vi.fn(),
    );
    const done = vi.fn();
    disk.get(5, 3, done);
    expect(done).toHaveBeenCalledExactlyOnceWith(new Uint8Array(3).fill(5));
  });

  it("answers later when the device does", async () => {
    const disk = toV86Disk(device({ read: async () => Uint8Array.of(4) }), vi.fn());
    const bytes = await new Promise<Uint8Array>((resolve) => disk.get_and_cache(0, 1, resolve));
    expect(bytes).toEqual(Uint8Array.of(4));
  });

  it("leaves a failed read unanswered and reports it", async () => {
    const failure = new Error("gone");
    for (const read of [
      () => Promise.reject(failure),
      () => {
        throw failure;
      },
    ]) {
      const onError = vi.fn();
      const done = vi.fn();
      toV86Disk(device({ read }), onError).get(512, 2, done);
      await vi.waitFor(() => expect(onError).toHaveBeenCalled());
      expect(onError).toHaveBeenCalledExactlyOnceWith(failure, { kind: "read", offset: 512, lengthBytes: 2 });
      expect(done).not.toHaveBeenCalled();
    }
  });

  it("does not report what the guest has given up", async () => {
    const onError = vi.fn();
    const reset = new AbortController();
    const read = vi.fn(() => Promise.reject(new Error("gone")));
    toV86Disk(device({ read }), onError).get(0, 1, vi.fn(), { signal: reset.signal });
    reset.abort();
    await Promise.allSettled(read.mock.results.map(({ value }) => value));
    expect(onError).not.toHaveBeenCalled();
  });

  it("does not take an error of the machine for one of the disk", () => {
    const onError = vi.fn();
    const disk = toV86Disk(device({}), onError);
    const crash = () => {
      throw new Error("machine");
    };
    expect(() => disk.get(0, 1, crash)).toThrow("machine");
    expect(() => disk.set(0, new Uint8Array(1), crash)).toThrow("machine");
    expect(onError).not.toHaveBeenCalled();
  });

  it("confirms a write only when it was made", () => {
    const write = vi.fn();
    const onError = vi.fn();
    const done = vi.fn();
    toV86Disk(device({ write }), onError).set(0, Uint8Array.of(1), done);
    expect(write).toHaveBeenCalledWith(0, Uint8Array.of(1));
    expect(done).toHaveBeenCalledOnce();
    const full = device({
      write: () => {
        throw new Error("full");
      },
    });
    toV86Disk(full, onError).set(512, Uint8Array.of(1, 2), done);
    expect(done).toHaveBeenCalledOnce();
    expect(onError).toHaveBeenCalledWith(expect.any(Error), { kind: "write", offset: 512, lengthBytes: 2 });
  });

  it("tells v86 when it is loaded", () => {
    const disk = toV86Disk(device({}), vi.fn());
    const loaded = vi.fn();
    disk.onload = loaded;
    disk.load();
    expect(loaded).toHaveBeenCalledOnce();
    expect(disk.byteLength).toBe(1024);
  });
});
