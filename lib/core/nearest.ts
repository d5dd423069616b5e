/** The words sorted by how near they are to `wanted` (fewest changed letters first). */
export function byNearness(wanted: string, words: readonly string[]): readonly string[] {
  return words
    .map((word) => ({ word, far: distance(wanted, word) }))
    .toSorted((a, b) => a.far - b.far)
    .map(({ word }) => word)
}

/** Levenshtein's distance: letters to insert, take away or replace. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (const [i, letter] of a.split('').entries()) {
    const next = [i + 1]
    for (const [j, other] of b.split('').entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1)
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
