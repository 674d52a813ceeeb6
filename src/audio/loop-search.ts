/** Finds where a note comes back to itself: the end of a loop whose start is given. */

/** Samples before start and end that are compared: 128 ms, four periods of the lowest pitch. */
const WINDOW = 2048;
/** In the search every fourth sample is compared: the ends may still lie on any sample. */
const STRIDE = 4;
/** Ends that are tried together: 40 ms, more than a period of any pitch from 25 Hz up. */
const ZONE = 640;
/** Zones between the longest and the shortest loop. */
const ZONES = 10;
/** Seen this alike, a longer loop is worth more than a closer match. */
const GOOD_MATCH = 0.98;
/** A loop as long as can be may match this much less than one of no length. */
const LENGTH_BONUS = 0.15;

export interface LoopEnd {
  readonly end: number;
  /** 1: the samples before start and end are the same up to the expected gain; 0: nothing in common. */
  readonly similarity: number;
}

/**
 * 2 g sum(ab) / (sum(g²a²) + sum(b²)): the correlation of the samples before `start` and `end`, which falls also
 * when their levels differ otherwise than by the gain `g`.
 */
function similarityAt(
  samples: Float32Array,
  start: number,
  end: number,
  gain: number,
  stride: number,
): number {
  let products = 0;
  let energyA = 0;
  let energyB = 0;
  for (let i = -WINDOW; i < 0; i += stride) {
    const a = gain * samples[start + i];
    const b = samples[end + i];
    products += a * b;
    energyA += a * a;
    energyB += b * b;
  }
  return (2 * products) / (energyA + energyB + 1e-20);
}

/**
 * Tries the longest loops first and takes the first that matches well, else the best.
 *
 * @param start first sample of the loop, at least 2048
 * @param slope expected change of level, dB per sample
 */
export function findLoopEnd(
  samples: Float32Array,
  start: number,
  shortest: number,
  longest: number,
  slope: number,
): LoopEnd {
  let best = { end: start + longest, similarity: 0 };
  let bestScore = -Infinity;
  for (let zone = 0; zone < ZONES; zone++) {
    const last = start + Math.round(longest + ((shortest - longest) * zone) / (ZONES - 1));
    const first = Math.max(start + WINDOW / 2, last - ZONE + 1);
    const gain = 10 ** ((slope * (last - start)) / 20);
    const found = bestOf(samples, start, first, last, gain, STRIDE);
    const score = found.similarity + LENGTH_BONUS * ((found.end - start) / longest);
    if (score > bestScore) {
      best = found;
      bestScore = score;
    }
    if (found.similarity >= GOOD_MATCH) break;
  }
  const gain = 10 ** ((slope * (best.end - start)) / 20);
  return bestOf(samples, start, best.end - 2, Math.min(best.end + 2, start + longest), gain, 1);
}

function bestOf(
  samples: Float32Array,
  start: number,
  first: number,
  last: number,
  gain: number,
  stride: number,
): LoopEnd {
  let best = { end: last, similarity: -Infinity };
  for (let end = first; end <= last; end++) {
    const similarity = similarityAt(samples, start, end, gain, stride);
    if (similarity > best.similarity) best = { end, similarity };
  }
  return best;
}
