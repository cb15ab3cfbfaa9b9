// How well a text fits what was typed into the palette.

/**
 * Every word typed must be found, as it stands or as letters in order. Higher is better; undefined: it does not fit. Beginnings of
 * words count most.
 */
export function paletteScore(typed: string, text: string): number | undefined {
  const lower = text.toLowerCase();
  let total = 0;
  for (const word of typed.toLowerCase().split(/\s+/).filter(Boolean)) {
    const score = wordScore(word, lower);
    if (score === undefined) return undefined;
    total += score;
  }
  return total - lower.length / 1000;
}

function wordScore(word: string, text: string): number | undefined {
  const at = text.indexOf(word);
  if (at === 0) return 4;
  if (at > 0) return /[\s:/.-]/.test(text[at - 1] ?? "") ? 3 : 2;
  let from = 0;
  for (const letter of word) {
    const next = text.indexOf(letter, from);
    if (next < 0) return undefined;
    from = next + 1;
  }
  return word.length > 1 ? 1 : undefined;
}
