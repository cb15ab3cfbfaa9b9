import { describe, expect, it } from "vitest";
import { readAll, readText, streamOf } from "../base/streams.ts";
import { readTar, tarMembers } from "./read-tar.ts";
import { tarEntry } from "./tar-entry.ts";
import { writeTar } from "./tar-writer.ts";

const text = (value: string) => new TextEncoder().encode(value);

describe("readTar()", () => {
  it("resolves to the archive's size and cancels the stream when the handler throws", async () => {
    const archive = await readAll(writeTar([{ entry: tarEntry({ path: "a", type: "fifo" }) }]));
    const handler = { entry: () => {}, data: () => {}, end: () => {} };
    expect(await readTar(streamOf(archive), handler)).toBe(archive.byteLength);

    let cancelled = false;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(archive.slice(0, 512)),
      cancel: () => {
        cancelled = true;
      },
    });
    const throwing = {
      ...handler,
      entry: () => {
        throw new RangeError("enough");
      },
    };
    await expect(readTar(endless, throwing)).rejects.toThrow("enough");
    expect(cancelled).toBe(true);
  });

  it("stops when its signal is aborted", async () => {
    const abort = new AbortController();
    const chunk = new Uint8Array(512);
    const tar = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        abort.abort(new Error("stopped"));
        controller.enqueue(chunk);
      },
    });
    const handler = { entry: () => {}, data: () => {}, end: () => {} };
    await expect(readTar(tar, handler, { signal: abort.signal })).rejects.toThrow("stopped");
  });
});

describe("tarMembers()", () => {
  const archive = () =>
    readAll(
      writeTar([
        { entry: tarEntry({ path: "a", type: "file", sizeBytes: 3 }), content: text("one") },
        { entry: tarEntry({ path: "d", type: "directory" }) },
        {
          entry: tarEntry({ path: "b", type: "file", sizeBytes: 70_000 }),
          content: new Uint8Array(70_000).fill(65),
        },
        { entry: tarEntry({ path: "c", type: "file", sizeBytes: 5 }), content: text("three") },
      ]),
    );

  it("hands over each content, and skips what is not read", async () => {
    const bytes = await archive();
    const chunks = Array.from({ length: Math.ceil(bytes.byteLength / 1000) }, (_, i) =>
      bytes.subarray(i * 1000, i * 1000 + 1000),
    );
    const seen: [string, string][] = [];
    for await (const { entry, content } of tarMembers(streamOf(...chunks))) {
      seen.push([entry.path, entry.path === "b" ? "" : await readText(content)]);
    }
    expect(seen).toEqual([
      ["a", "one"],
      ["d/", ""],
      ["b", ""],
      ["c", "three"],
    ]);
  });

  it("errors in the content and in the loop when the archive is cut off", async () => {
    const cut = (await archive()).subarray(0, 10_000);
    const read = async () => {
      for await (const { content } of tarMembers(streamOf(cut))) await readAll(content);
    };
    await expect(read()).rejects.toMatchObject({
      code: "corrupt",
      message: expect.stringMatching(/unexpected EOF.*"b"/),
    });
    const skip = async () => {
      for await (const _ of tarMembers(streamOf(cut)));
    };
    await expect(skip()).rejects.toMatchObject({ code: "corrupt" });
  });
});
