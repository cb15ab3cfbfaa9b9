// A client's ends of a terminal with keys that let go of it: once they are typed its input and its output end, and the process goes on.

import { DetachKeyFilter, parseDetachKeys } from "../../base/detach-keys.ts";
import { EngineError, messageOf } from "../../base/errors.ts";
import type { Attachment } from "./attach.ts";
import type { OutputChunk } from "./output-fan.ts";

/** Throws EngineError("invalid-argument") in Docker's words. `text` empty: ctrl-p ctrl-q. */
export function checkDetachKeys(text: string): Uint8Array {
  try {
    return parseDetachKeys(text);
  } catch (cause) {
    throw new EngineError("invalid-argument", `Invalid detach keys (${text}) provided: ${messageOf(cause)}`, {
      cause,
    });
  }
}

/** Only what is typed at a terminal can let go of it. */
export function detachable(attachment: Attachment, keys: Uint8Array, onDetach: () => void): Attachment {
  const { tty, output, stdin } = attachment;
  if (!tty || stdin === null) return attachment;
  const filter = new DetachKeyFilter(keys);
  const writer = stdin.getWriter();
  writer.closed.catch(() => {});
  const { readable, letGo } = endable(output);
  let gone = false;
  return {
    tty,
    output: readable,
    stdin: new WritableStream<Uint8Array>({
      async write(bytes) {
        if (gone) return;
        const { pass, detached } = filter.push(bytes);
        if (pass.byteLength > 0) await writer.write(pass);
        if (!detached) return;
        gone = true;
        letGo();
        onDetach();
      },
      close: () => (gone ? undefined : writer.close()),
      abort: (reason) => (gone ? undefined : writer.abort(reason)),
    }),
  };
}

function endable(source: ReadableStream<OutputChunk>) {
  const reader = source.getReader();
  let ended = () => {};
  const end = new Promise<undefined>((resolve) => {
    ended = () => resolve(undefined);
  });
  const readable = new ReadableStream<OutputChunk>(
    {
      async pull(controller) {
        const next = await Promise.race([reader.read(), end]);
        if (next === undefined) void reader.cancel().catch(() => {});
        if (next?.value) controller.enqueue(next.value);
        else controller.close();
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
  return { readable, letGo: ended };
}
