// The clipboard, which a page may not have: no permission, no secure context, no support. Then the answer is undefined
// or false, and the caller says which keys to press instead.

export async function readClipboard(): Promise<string | undefined> {
  try {
    return await navigator.clipboard.readText();
  } catch {
    return undefined;
  }
}

export async function writeClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
