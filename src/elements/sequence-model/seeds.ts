/** Seeds of pieces for which the player gave none. The first of a page is drawn, so that no two visitors begin alike. */

/** Short enough to be read out and typed. */
const SEEDS = 1_000_000;

let last: number | undefined;

export function nextSeed(): string {
  last = last === undefined ? crypto.getRandomValues(new Uint32Array(1))[0] : last + 1;
  return String(last % SEEDS);
}
