/** The names that may be meant by one that there is not. */

/** The part of its letters that a mistyped name may have wrong. */
const MISTYPED = 0.4;

/** @returns names that are written much like `name`, that hold it, or whose last part is like its own, the likeliest first */
export function nearestNames(name: string, names: readonly string[], most: number): string[] {
  const wanted = name.toLowerCase();
  return names
    .map((known) => ({ known, mistaken: mistakenPart(wanted, known.toLowerCase()) }))
    .filter(({ mistaken }) => mistaken <= MISTYPED)
    .sort((a, b) => a.mistaken - b.mistaken)
    .slice(0, most)
    .map(({ known }) => known);
}

/** A share of the letters. Ids have folders, of which the last part may be all that is remembered. */
function mistakenPart(wanted: string, known: string): number {
  if (wanted.length > 2 && known.includes(wanted)) return 0.1;
  const part = (a: string, b: string) => editsBetween(a, b) / Math.max(a.length, b.length, 1);
  const last = (text: string) => text.slice(text.lastIndexOf('/') + 1);
  return Math.min(part(wanted, known), 0.05 + part(last(wanted), last(known)));
}

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
