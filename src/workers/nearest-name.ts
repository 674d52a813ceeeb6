/** The name that was meant by one that there is not. */

/** The part of its letters that a mistyped name may have wrong. */
const MISTYPED = 0.4;

/** @returns the name among `names` that is written most like `name`, in capitals or not; undefined where none is like it */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  const [nearest] = names
    .map((known) => ({ known, edits: editsBetween(name.toLowerCase(), known.toLowerCase()) }))
    .filter(({ known, edits }) => edits <= MISTYPED * Math.max(name.length, known.length))
    .sort((a, b) => a.edits - b.edits);
  return nearest?.known;
}

/** The Levenshtein distance: letters to put in, take out or exchange. */
function editsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const above = row;
    row = [i];
    for (let j = 1; j <= b.length; j++) {
      const exchanged = above[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(exchanged, above[j] + 1, row[j - 1] + 1));
    }
  }
  return row[b.length];
}
