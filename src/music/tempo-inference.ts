/** Infers a tempo from when somebody struck. */

/** The tempi that are tried lie within a factor of two of the expected one, and this close to each other. */
const RATIO = 1.0025;
/** A stroke of a person lies about so far from where it was meant, s. */
const SPREAD = 0.015;
/** A stroke off the eighths costs this, beside the square of its distance in spreads. */
const SYNCOPATION = 1;
/** A tempo that differs from the expected one by this factor costs as much as one stroke that is a spread off. */
const FAMILIAR = 1.2;

/**
 * Infers the tempo in which the first of some strokes is on a beat and the others are near its sixteenths, on eighths
 * rather than between them. Of tempi that explain the strokes alike, the one nearer to what is expected is taken.
 * @param onsets times in seconds, in any order; equal ones count twice
 * @param near the expected tempo, quarters a minute
 * @returns quarters a minute, from half of `near` to twice; `near` itself for fewer than three different onsets
 */
export function inferTempo(onsets: readonly number[], near = 120): number {
  const first = onsets.reduce((least, onset) => Math.min(least, onset), Infinity);
  const times = onsets.map((onset) => onset - first);
  if (new Set(times).size < 3) return near;
  let best = near;
  let least = Infinity;
  for (let qpm = near / 2; qpm <= near * 2; qpm *= RATIO) {
    const fitted = fit(times, qpm);
    const cost = costOf(times, fitted, near);
    if (cost < least) [best, least] = [fitted, cost];
  }
  return Math.min(2 * near, Math.max(near / 2, best));
}

const stepOf = (qpm: number) => 15 / qpm;

/** Moves a tempo to where the strokes' distances from their sixteenths are least, by squares. */
function fit(times: readonly number[], qpm: number): number {
  let products = 0;
  let squares = 0;
  for (const time of times) {
    const place = Math.round(time / stepOf(qpm));
    products += place * time;
    squares += place * place;
  }
  return squares > 0 ? (15 * squares) / products : qpm;
}

function costOf(times: readonly number[], qpm: number, near: number): number {
  const step = stepOf(qpm);
  let cost = (Math.log(qpm / near) / Math.log(FAMILIAR)) ** 2;
  for (const time of times) {
    const place = Math.round(time / step);
    cost += ((time - place * step) / SPREAD) ** 2 + (place % 2 === 0 ? 0 : SYNCOPATION);
  }
  return cost;
}
