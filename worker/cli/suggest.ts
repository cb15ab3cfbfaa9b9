// What somebody may have meant: names that start with the word or are at most two slips away.

/** At most three, the nearest first. */
export function suggest(word: string, names: readonly string[]): string[] {
  return names
    .map((name) => ({ name, distance: name.startsWith(word) ? 0.5 : editDistance(word, name) }))
    .filter(({ name, distance }) => distance <= Math.min(2, Math.ceil(name.length / 3)))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ name }) => name);
}

/** Levenshtein's, with swapped neighbours counted once. Words over 32 letters are not compared. */
function editDistance(a: string, b: string): number {
  if (a.length > 32 || b.length > 32) return Number.POSITIVE_INFINITY;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, beforeLast[j - 2]! + 1);
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}
