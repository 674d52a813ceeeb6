/** Scores of a MusicVAE on windows that it has not learned from. */
import type { PieceEvaluation } from '../../models/music-vae/protocol.js';
import { outsideOfScale } from '../../music/measures.js';

export interface StepScores {
  readonly windows: number;
  /** Share of steps that are the likeliest after the true ones before them ... */
  readonly teacherForced: number;
  /** ... and that are right where the model goes on from its own. */
  readonly freeRunning: number;
  /** The share of steps with an onset that are right, going on from its own. */
  readonly freeRunningOnsets: number;
  /** Share of windows that come back without a mistake. */
  readonly whole: number;
  /** Nats of a step, given the mean of the window's own distribution. */
  readonly loss: number;
  /** Nats between that distribution and the prior, of a window. */
  readonly divergence: number | null;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** @param firstOnset the lowest label with which something begins */
export function stepScores(
  windows: readonly Float32Array[],
  evaluations: readonly PieceEvaluation[],
  firstOnset: number,
): StepScores {
  let [right, onsets, onsetsRight, steps] = [0, 0, 0, 0];
  let whole = 0;
  windows.forEach((window, i) => {
    const { reconstruction } = evaluations[i];
    let mistakes = 0;
    window.forEach((label, step) => {
      const isRight = Number(reconstruction[step] === label);
      steps++;
      right += isRight;
      mistakes += 1 - isRight;
      if (label < firstOnset) return;
      onsets++;
      onsetsRight += isRight;
    });
    if (mistakes === 0) whole++;
  });
  const divergences = evaluations.flatMap(({ divergence }) => divergence ?? []);
  return {
    windows: windows.length,
    teacherForced: mean(evaluations.map(({ hits }) => mean([...hits]))),
    freeRunning: right / steps,
    freeRunningOnsets: onsetsRight / onsets,
    whole: whole / windows.length,
    loss: -mean(evaluations.map(({ logProbabilities }) => mean([...logProbabilities]))),
    divergence: divergences.length > 0 ? mean(divergences) : null,
  };
}

/**
 * The baseline of one who knows all training windows by heart: of each window the share of steps in which the most similar one agrees.
 * @param transposes whether that one may be transposed, as melodies are in training
 */
export function nearestAgreement(
  windows: readonly Float32Array[],
  training: readonly Float32Array[],
  transposes: boolean,
): number {
  const stored = training.map((window) => Uint16Array.from(window));
  const differences = new Int32Array(1024);
  const agreement = (a: Float32Array, b: Uint16Array): number => {
    let same = 0;
    if (!transposes) {
      for (let i = 0; i < a.length; i++) if (a[i] === b[i]) same++;
      return same;
    }
    // One pass for all transpositions: how often each distance between two notes at one place occurs.
    let most = 0;
    differences.fill(0, 512 - 90, 512 + 90);
    for (let i = 0; i < a.length; i++) {
      if (a[i] > 1 && b[i] > 1) most = Math.max(most, ++differences[512 + a[i] - b[i]]);
      else if (a[i] === b[i]) same++;
    }
    return same + most;
  };
  return mean(
    windows.map((window) => {
      let best = 0;
      for (const other of stored) best = Math.max(best, agreement(window, other));
      return best / window.length;
    }),
  );
}

const DRUMS = 9;
const WIDTH = 3 * DRUMS;

/** Errors at the hits of the data. */
export interface GrooveErrors {
  /** Mean absolute error of velocities, 0 to 127 ... */
  readonly velocity: number;
  /** ... and of offsets, milliseconds at 120 quarters a minute; half a sixteenth is 62.5. */
  readonly offset: number;
}

export interface GrooveScores {
  readonly windows: number;
  /** Precision and recall of hits, going on from its own. */
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly freeRunning: GrooveErrors;
  readonly teacherForced: GrooveErrors;
  /** The mean velocity and offset that the training data have for the drum at the step of the bar. */
  readonly meanGroove: GrooveErrors;
  /** Grid and mean velocity. */
  readonly quantised: GrooveErrors;
  readonly divergence: number | null;
}

/** Half a sixteenth at 120 is an offset of 1. */
const MILLISECONDS = 62.5;

function grooveErrors(
  windows: readonly Float32Array[],
  guessOf: (i: number) => ArrayLike<number>,
): GrooveErrors {
  let [velocity, offset, hits] = [0, 0, 0];
  windows.forEach((window, i) => {
    const guess = guessOf(i);
    for (let at = 0; at < window.length; at++) {
      if (at % WIDTH >= DRUMS || window[at] < 0.5) continue;
      hits++;
      velocity += Math.abs(window[at + DRUMS] - guess[at + DRUMS]);
      offset += Math.abs(window[at + 2 * DRUMS] - guess[at + 2 * DRUMS]);
    }
  });
  return { velocity: (127 * velocity) / hits, offset: (MILLISECONDS * offset) / hits };
}

/** Means over the hits of the training data, of each place of the window and of all. @returns [steps, 27] */
export function meanGroove(
  training: readonly Float32Array[],
  size: number,
): { byStep: Float32Array; flat: Float32Array } {
  const sums = new Float64Array(size);
  const counts = new Float64Array(size);
  let [velocities, hits] = [0, 0];
  for (const window of training) {
    for (let at = 0; at < size; at++) {
      if (at % WIDTH >= DRUMS || window[at] < 0.5) continue;
      for (const part of [DRUMS, 2 * DRUMS]) {
        sums[at + part] += window[at + part];
        counts[at + part]++;
      }
      velocities += window[at + DRUMS];
      hits++;
    }
  }
  const byStep = Float32Array.from(sums, (sum, at) =>
    counts[at] > 0 ? sum / counts[at] : at % WIDTH < 2 * DRUMS ? velocities / hits : 0,
  );
  const flat = Float32Array.from(sums, (_, at) =>
    at % WIDTH >= DRUMS && at % WIDTH < 2 * DRUMS ? velocities / hits : 0,
  );
  return { byStep, flat };
}

export function grooveScores(
  windows: readonly Float32Array[],
  evaluations: readonly PieceEvaluation[],
  training: readonly Float32Array[],
): GrooveScores {
  let [both, written, played] = [0, 0, 0];
  windows.forEach((window, i) => {
    const { reconstruction } = evaluations[i];
    window.forEach((value, at) => {
      if (at % WIDTH >= DRUMS) return;
      played += value;
      written += reconstruction[at];
      both += value * reconstruction[at];
    });
  });
  const { byStep, flat } = meanGroove(training, windows[0].length);
  const divergences = evaluations.flatMap(({ divergence }) => divergence ?? []);
  const [precision, recall] = [both / written, both / played];
  return {
    windows: windows.length,
    precision,
    recall,
    f1: (2 * precision * recall) / (precision + recall),
    freeRunning: grooveErrors(windows, (i) => evaluations[i].reconstruction),
    teacherForced: grooveErrors(windows, (i) => evaluations[i].foreseen),
    meanGroove: grooveErrors(windows, () => byStep),
    quantised: grooveErrors(windows, () => flat),
    divergence: divergences.length > 0 ? mean(divergences) : null,
  };
}

/** Measures of windows, by which samples are held against the data. */
export interface WindowMeasures {
  /** The share of onsets that lie on a quarter. */
  readonly onBeat: number;
  /** The number of onsets in a bar. */
  readonly density: number;
  /** Share of windows whose second bar is the first again. */
  readonly barsThatReturn: number;
  /** The share of notes outside of the major scale that has the most of the window; null for drums. */
  readonly offKey: number | null;
}

/** @param window labels; of grooves hits are made labels first */
export function windowMeasures(windows: readonly Float32Array[], kind: 'melody' | 'drums'): WindowMeasures {
  const isOnset = (label: number) => (kind === 'melody' ? label > 1 : label > 0);
  let [onsets, onBeat, bars, returning] = [0, 0, 0, 0];
  const offKey: number[] = [];
  for (const window of windows) {
    const pitches: number[] = [];
    window.forEach((label, step) => {
      if (!isOnset(label)) return;
      onsets++;
      if (step % 4 === 0) onBeat++;
      if (kind === 'melody') pitches.push(label + 19);
    });
    bars += window.length / 16;
    if (window.subarray(0, 16).every((label, i) => label === window[16 + i])) returning++;
    if (pitches.length > 0) offKey.push(outsideOfScale(pitches));
  }
  return {
    onBeat: onBeat / onsets,
    density: onsets / bars,
    barsThatReturn: returning / windows.length,
    offKey: offKey.length > 0 ? mean(offKey) : null,
  };
}
