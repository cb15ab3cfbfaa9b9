// File names are bytes, almost always UTF-8. They become ordinary strings; bytes that are not UTF-8 become lone
// surrogates U+DC80 to U+DCFF (as Python's "surrogateescape" does), so that every name comes back byte for byte.

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** The name in bytes `start` to `end` as a string; encodePath() gives the same bytes back. */
export function decodePath(bytes: Uint8Array, start = 0, end = bytes.byteLength): string {
  if (end - start <= 128) {
    const ascii = shortAscii(bytes, start, end);
    if (ascii !== undefined) return ascii;
  }
  const name = bytes.subarray(start, end);
  try {
    return decoder.decode(name);
  } catch {
    return decodeEscaped(name);
  }
}

/** The bytes of a name that decodePath() gave, or of any string. */
export function encodePath(path: string): Uint8Array<ArrayBuffer> {
  if (!hasLoneSurrogates(path)) return encoder.encode(path);
  const bytes: number[] = [];
  for (const character of path) {
    const code = character.charCodeAt(0);
    if (character.length === 1 && code >= 0xdc80 && code <= 0xdcff) bytes.push(code & 0xff);
    else bytes.push(...encoder.encode(character));
  }
  return Uint8Array.from(bytes);
}

/** One character (U+0000 to U+00FF) per byte of the name: compares and sorts as the bytes do. */
export function byteString(path: string): string {
  if (isAscii(path)) return path;
  let text = "";
  for (const byte of encodePath(path)) text += String.fromCharCode(byte);
  return text;
}

/** Whether the name holds bytes that are not UTF-8. */
export function hasLoneSurrogates(path: string): boolean {
  return /\p{Surrogate}/u.test(path);
}

export function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}

function shortAscii(bytes: Uint8Array, start: number, end: number): string | undefined {
  let text = "";
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (byte > 0x7f) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}

function decodeEscaped(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.byteLength; ) {
    const length = sequenceLength(bytes[i]!);
    const sequence = length === 0 ? undefined : tryDecode(bytes.subarray(i, i + length), length);
    text += sequence ?? String.fromCharCode(0xdc00 | bytes[i]!);
    i += sequence === undefined ? 1 : length;
  }
  return text;
}

function sequenceLength(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead < 0xe0) return 2;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  return lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
}

function tryDecode(bytes: Uint8Array, length: number): string | undefined {
  if (bytes.byteLength < length) return undefined;
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}
