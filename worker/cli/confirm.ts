// The question before something is removed for good.

import type { CommandContext } from "./command.ts";

const ANSWER_LIMIT = 4096;

/** Asks on stdout and reads one line; anything but y or yes is no. */
export async function confirm({ session, out }: CommandContext, question: string): Promise<boolean> {
  await out.write(`${question}\nAre you sure you want to continue? [y/N] `);
  const reader = session.stdin.getReader();
  const decoder = new TextDecoder();
  let answer = "";
  try {
    while (!answer.includes("\n") && answer.length < ANSWER_LIMIT) {
      const { done, value } = await reader.read();
      if (done) break;
      answer += decoder.decode(value, { stream: true });
    }
  } finally {
    await reader.cancel().catch(() => {});
    reader.releaseLock();
  }
  return /^(y|yes)$/i.test(answer.split("\n", 1)[0]!.trim());
}
