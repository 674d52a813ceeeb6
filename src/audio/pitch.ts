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
  /** The share of the frames whose fundamental is that one, within half a semitone, 0 to 1. */
  readonly confidence: number;
}

/** Step 4: the first dip of the normalised difference below this counts. */
const THRESHOLD = 0.15;
/** A frame whose deepest dip is above this has no fundamental. */
const VOICED = 0.35;
const FRAMES = 9;
/** Frames agree that are as near to their median, semitones. */
const AGREEING = 0.5;
/** Lags, in samples, between which a parabola tells the dip to within a cent. */
const FINE_LAG = 64;

/**
 * @param samples mono, at least three periods of the lowest frequency
 * @param sampleRate Hz
 * @param range of frequencies looked for, Hz
 */
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
  const frequency = found.length > 0 ? found[found.length >> 1] : NaN;
  const agreeing = found.filter((each) => Math.abs(12 * Math.log2(each / frequency)) < AGREEING);
  return { frequency, confidence: agreeing.length / FRAMES };
}

/** In samples, fractional; undefined where there is none. @param start of a window that is followed by `longest` samples more */
export function framePeriod(
  x: Float32Array,
  start: number,
  window: number,
  shortest: number,
  longest: number,
): number | undefined {
  const difference = new Float64Array(longest + 1);
  const normalised = new Float64Array(longest + 1);
  let sum = 0;
  normalised[0] = 1;
  for (let lag = 1; lag <= longest; lag++) {
    let squares = 0;
    for (let i = start; i < start + window; i++) squares += (x[i] - x[i + lag]) ** 2;
    sum += squares;
    difference[lag] = squares;
    normalised[lag] = sum > 0 ? (squares * lag) / sum : 1;
  }
  let best = -1;
  for (let lag = shortest; lag < longest; lag++) {
    const isDip = normalised[lag] <= normalised[lag - 1] && normalised[lag] < normalised[lag + 1];
    if (!isDip) continue;
    if (best < 0 || normalised[lag] < normalised[best]) best = lag;
    if (normalised[lag] < THRESHOLD) break;
  }
  if (best < 0 || normalised[best] > VOICED) return undefined;
  let period = dip(difference, best);
  // Four samples of a period are too few for a parabola: the dips at its multiples are as sharp, and tell it more finely.
  for (let multiple = 2; multiple * period <= Math.min(FINE_LAG, longest - 2); multiple *= 2) {
    const near = Math.round(multiple * period);
    const lags = [near - 1, near, near + 1];
    const lowest = lags.reduce((a, b) => (difference[b] < difference[a] ? b : a));
    period = dip(difference, lowest) / multiple;
  }
  return period;
}

/** Step 5: where the parabola through three lags has its lowest point, at most half a lag from the middle one. */
function dip(difference: Float64Array, lag: number): number {
  const [before, at, after] = difference.subarray(lag - 1, lag + 2);
  const curvature = before - 2 * at + after;
  if (curvature <= 0) return lag;
  return lag + Math.max(-0.5, Math.min(0.5, (before - after) / (2 * curvature)));
}
