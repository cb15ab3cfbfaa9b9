// Is a piece of memory all zeros? Sparse files, disks and packed layers ask it of every block, so it looks at sixteen bytes at a time.

/** True for an empty array too. */
export function isAllZero(bytes: Uint8Array): boolean {
  const length = bytes.byteLength;
  let next = 0;
  while (next < length && (bytes.byteOffset + next) % 4 !== 0) if (bytes[next++] !== 0) return false;
  if (next === length) return true;
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + next, Math.floor((length - next) / 4));
  const quads = words.length - (words.length % 4);
  for (let i = 0; i < quads; i += 4) {
    if ((words[i]! | words[i + 1]! | words[i + 2]! | words[i + 3]!) !== 0) return false;
  }
  for (next += quads * 4; next < length; next++) if (bytes[next] !== 0) return false;
  return true;
}
