/**
 * The fundamental of a sound, by YIN (A. de Cheveigne, H. Kawahara: "YIN, a fundamental frequency estimator for speech and music",
 * JASA 111(4), 2002), steps 1 to 5, as the median over frames. It knows nothing of the wanted pitch.
 */

export interface PitchRange {
  readonly minHz: number;
  readonly maxHz: number;
}

export interface Fundamental {
  /** Hz; NaN when no frame has one. */
  readonly frequency: number;
  /** Share of frames that agree on a period, 0 to 1. */
  readonly confidence: number;
}

/** Step 4: the first dip of the normalised difference below this counts. */
const THRESHOLD = 0.15;
/** A frame whose deepest dip is above this has no fundamental. */
const VOICED = 0.35;
const FRAMES = 9;

/** @param samples mono, at least three periods of the lowest frequency */
export function estimateFundamental(
  samples: Float32Array,
  sampleRate: number,
  { minHz, maxHz }: PitchRange = { minHz: 20, maxHz: 4500 },
): Fundamental {
  const longest = Math.ceil(sampleRate / minHz);
  const shortest = Math.max(2, Math.floor(sampleRate / maxHz));
  const window = Math.min(longest, samples.length - longest - 2);
  const last = samples.length - window - longest - 1;
  const found: number[] = [];
  for (let frame = 0; frame < FRAMES; frame++) {
    const start = Math.max(0, Math.round((last * frame) / (FRAMES - 1)));
    const period = framePeriod(samples, start, window, shortest, longest);
    if (period !== undefined) found.push(sampleRate / period);
  }
  found.sort((a, b) => a - b);
  return { frequency: found.length > 0 ? found[found.length >> 1] : NaN, confidence: found.length / FRAMES };
}

/** In samples, fractional. */
function framePeriod(
  x: Float32Array,
  start: number,
  window: number,
  shortest: number,
  longest: number,
): number | undefined {
  const difference = new Float64Array(longest + 1);
  let sum = 0;
  difference[0] = 1;
  for (let lag = 1; lag <= longest; lag++) {
    let squares = 0;
    for (let i = start; i < start + window; i++) squares += (x[i] - x[i + lag]) ** 2;
    sum += squares;
    difference[lag] = sum > 0 ? (squares * lag) / sum : 1;
  }
  let best = -1;
  for (let lag = shortest; lag < longest; lag++) {
    const isDip = difference[lag] <= difference[lag - 1] && difference[lag] < difference[lag + 1];
    if (!isDip) continue;
    if (best < 0 || difference[lag] < difference[best]) best = lag;
    if (difference[lag] < THRESHOLD) break;
  }
  if (best < 0 || difference[best] > VOICED) return undefined;
  // Step 5: the dip of the parabola through three lags.
  const [a, b, c] = [difference[best - 1], difference[best], difference[best + 1]];
  return best + (a - c) / (2 * (a - 2 * b + c));
}
