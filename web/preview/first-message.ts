// The first message of some types that comes over a port.

/** Others belong to the stream of bytes that shares the port. */
export function firstMessage<Message extends { readonly type: string }>(
  port: MessagePort,
  ...types: readonly Message["type"][]
): Promise<Message> {
  return new Promise((resolve) => {
    port.addEventListener("message", ({ data }: MessageEvent<Message>) => {
      if (types.includes(data.type)) resolve(data);
    });
    port.start();
  });
}
