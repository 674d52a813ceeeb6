/** Finds where a note comes back to itself: the end of a loop whose start is given. */

/** Samples before start and end that are compared: 128 ms, four periods of the lowest pitch. */
const WINDOW = 2048;
/**
 * In the search every fifth sample is compared; the ends may still lie on any. Only a tone of 1600 Hz or its
 * multiples looks the same in those, which no fundamental is.
 */
const STRIDE = 5;
/** Ends that are tried together: 40 ms, more than a period of any pitch from 25 Hz up. */
const ZONE = 640;
/** Zones between the longest and the shortest loop. */
const ZONES = 10;
/** Seen this alike, a longer loop is worth more than a closer match. */
export const GOOD_MATCH = 0.98;
/** A loop that is longer by 1 s (16 000 samples) may match this much less. */
const LENGTH_BONUS = 0.07 / 16000;

export interface LoopEnd {
  readonly end: number;
  /** 1: the samples before start and end are the same up to the expected gain; 0: nothing in common. */
  readonly similarity: number;
}

/** By which loops are compared: similar and long is good. */
export function scoreOf(start: number, { end, similarity }: LoopEnd): number {
  return similarity + LENGTH_BONUS * (end - start);
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
    const score = scoreOf(start, found);
    if (score > bestScore) {
      best = found;
      bestScore = score;
    }
    if (found.similarity >= GOOD_MATCH) break;
  }
  const gain = 10 ** ((slope * (best.end - start)) / 20);
  return bestOf(samples, start, best.end - 2, Math.min(best.end + 2, start + longest), gain, 1);
}

/**
 * Finds, among the ends from `first` to `last`, the one with the largest
 * 2 g sum(ab) / (g² sum(a²) + sum(b²)), a and b being the samples before start and end: their correlation, which
 * falls also when their levels differ otherwise than by the gain `g`.
 */
function bestOf(
  samples: Float32Array,
  start: number,
  first: number,
  last: number,
  gain: number,
  stride: number,
): LoopEnd {
  const reach = Math.floor(WINDOW / stride) * stride;
  const energyA = gain * gain * energyBefore(samples, start, stride);
  // Of every stride-th sample before an end; that of the end one stride on differs by two of them.
  const energies = new Float64Array(stride);
  let best = { end: last, similarity: -Infinity };
  for (let end = first; end <= last; end++) {
    const turn = (end - first) % stride;
    if (end - first < stride) energies[turn] = energyBefore(samples, end, stride);
    else energies[turn] += samples[end - stride] ** 2 - samples[end - stride - reach] ** 2;
    let products = 0;
    const offset = end - start;
    for (let i = start - reach; i < start; i += stride) {
      products += samples[i] * samples[i + offset];
    }
    const similarity = (2 * gain * products) / (energyA + energies[turn] + 1e-20);
    if (similarity > best.similarity) best = { end, similarity };
  }
  return best;
}

function energyBefore(samples: Float32Array, end: number, stride: number): number {
  let energy = 0;
  const reach = Math.floor(WINDOW / stride) * stride;
  for (let i = end - reach; i < end; i += stride) energy += samples[i] ** 2;
  return energy;
}
