import { expect, it } from "vitest";
import { pipedProcess } from "./sandbox-process.ts";

const gone = new Error("The machine has been ended.");
const lostRun = () => ({
  stdin: new WritableStream<Uint8Array>(),
  stdout: new ReadableStream<Uint8Array>({ start: (controller) => controller.error(gone) }),
  ended: Promise.reject(gone),
});

/** What the process says of promises that nobody has handled, once there was time for it. */
async function unhandledDuring(act: () => void): Promise<unknown[]> {
  const heard: unknown[] = [];
  const others = process.listeners("unhandledRejection");
  const listen = (reason: unknown) => heard.push(reason);
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", listen);
  try {
    act();
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  } finally {
    process.off("unhandledRejection", listen);
    for (const other of others) process.on("unhandledRejection", other);
  }
  return heard;
}

it("leaves no rejection behind when the machine ends and nobody asked for its exit", async () => {
  expect(await unhandledDuring(() => pipedProcess(lostRun(), new AbortController(), true))).toEqual([]);
});

it("tells whoever asks", async () => {
  await expect(pipedProcess(lostRun(), new AbortController(), true).exit).rejects.toBe(gone);
});
