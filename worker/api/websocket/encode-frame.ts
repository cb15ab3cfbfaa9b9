// A server's WebSocket frame (RFC 6455, section 5.2): whole, not masked.

export function encodeWebSocketFrame(opcode: number, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const { byteLength } = payload;
  const lengthBytes = byteLength < 126 ? 0 : byteLength < 65_536 ? 2 : 8;
  const frame = new Uint8Array(2 + lengthBytes + byteLength);
  const view = new DataView(frame.buffer);
  frame[0] = 0x80 | opcode;
  frame[1] = lengthBytes === 0 ? byteLength : lengthBytes === 2 ? 126 : 127;
  if (lengthBytes === 2) view.setUint16(2, byteLength);
  else if (lengthBytes === 8) view.setBigUint64(2, BigInt(byteLength));
  frame.set(payload, 2 + lengthBytes);
  return frame;
}
