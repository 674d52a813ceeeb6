/**
 * Chords and keys of a piece that says none (note_seq/chord_inference.py): a hidden Markov model whose states are a key and a
 * chord each, and the likeliest way through them (Viterbi).
 */
import { TimbrelError } from '../errors/timbrel-error.js';
import { singleMeter, singleTempo } from './meter.js';
import {
  CHORD_SYMBOL,
  NO_CHORD,
  isBeat,
  isChordSymbol,
  isUnpitchedProgram,
  type NoteSequence,
} from './note-sequence.js';
import { quantizedNotes, requireStepsPerQuarter, stepLength, stepsPerBar, totalSteps } from './steps.js';

export interface ChordInferenceOptions {
  /** Default: two in 4/4 and 6/8, one in 2/2, 2/4 and 3/4; other meters need beat annotations or this. */
  readonly chordsPerBar?: number;
  /** Between frames, default 0.001. */
  readonly keyChangeProbability?: number;
  /** Between frames of one key, default 0.5. */
  readonly chordChangeProbability?: number;
  /** How sure the pitches are of the chord, default 100. */
  readonly concentration?: number;
}

const CHORDS_PER_BAR: Readonly<Record<string, number>> = { '2/2': 1, '2/4': 1, '3/4': 1, '4/4': 2, '6/8': 2 };
const MAX_FRAMES = 1000;
const MAJOR_SCALE = [0, 2, 4, 5, 7, 9, 11];
const ROOTS = ['C', 'C#', 'D', 'Eb', 'E', 'F', 'F#', 'G', 'Ab', 'A', 'Bb', 'B'];
const KINDS: readonly (readonly [string, readonly number[]])[] = [
  ['', [0, 4, 7]],
  ['m', [0, 3, 7]],
  ['+', [0, 4, 8]],
  ['dim', [0, 3, 6]],
  ['7', [0, 4, 7, 10]],
  ['maj7', [0, 4, 7, 11]],
  ['m7', [0, 3, 7, 10]],
  ['m7b5', [0, 3, 6, 10]],
];
/** No chord, then each root with each kind: 97. */
const CHORDS: readonly { readonly symbol: string; readonly pitches: readonly number[] }[] = [
  { symbol: NO_CHORD, pitches: [] },
  ...ROOTS.flatMap((name, root) =>
    KINDS.map(([kind, tones]) => ({ symbol: name + kind, pitches: tones.map((tone) => (root + tone) % 12) })),
  ),
];
const COUNT = CHORDS.length;
const KEYS = 12;

/** [12][97] The probability of each chord in each major key: tones of its scale are likely, others are not. */
const CHORD_IN_KEY: readonly Float64Array[] = Array.from({ length: KEYS }, (_, key) => {
  const scale = new Set(MAJOR_SCALE.map((degree) => (key + degree) % 12));
  const weights = CHORDS.map(({ pitches }) =>
    pitches.reduce((weight, pitch) => weight * (scale.has(pitch) ? 0.99 : 0.01), 1),
  );
  const sum = weights.reduce((a, b) => a + b);
  return Float64Array.from(weights, (weight) => weight / sum);
});

/** Steps at which frames begin, and the end. */
function frameEdges(sequence: NoteSequence, chordsPerBar: number | undefined): number[] {
  const end = totalSteps(sequence);
  const { numerator, denominator } = singleMeter(sequence);
  const beats = (sequence.textAnnotations ?? []).filter(isBeat);
  const perBar = chordsPerBar ?? CHORDS_PER_BAR[`${numerator}/${denominator}`];
  if (chordsPerBar === undefined && beats.length > 0) {
    const steps = beats.map(({ quantizedStep = 0 }) => quantizedStep).filter((step) => step < end);
    return [...new Set([0, ...steps, end])].sort((a, b) => a - b);
  }
  const frame = stepsPerBar(sequence) / perBar;
  if (!(Number.isInteger(frame) && frame > 0)) {
    throw new TimbrelError(
      'OPTION_INVALID',
      `chordsPerBar is ${perBar} in ${numerator}/${denominator}; expected a number that divides the steps of a bar, ` +
        'or annotations of beats',
    );
  }
  const count = Math.ceil(end / frame);
  return [...Array.from({ length: count }, (_, i) => i * frame), end];
}

/** [frames][12] How long each pitch class sounds, scaled to length 1. */
function pitchClassFrames(sequence: NoteSequence, edges: readonly number[]): Float64Array[] {
  const frames = edges.slice(1).map(() => new Float64Array(12));
  for (const { pitch, isDrum, program = 0, quantizedStartStep, quantizedEndStep } of quantizedNotes(
    sequence,
  )) {
    if (isDrum || isUnpitchedProgram(program)) continue;
    frames.forEach((frame, i) => {
      const overlap = Math.min(edges[i + 1], quantizedEndStep) - Math.max(edges[i], quantizedStartStep);
      if (overlap > 0) frame[pitch % 12] += overlap;
    });
  }
  return frames.map((frame) => {
    const norm = Math.hypot(...frame);
    return norm > 0 ? frame.map((value) => value / norm) : frame;
  });
}

/** [97] Logarithms, but for a constant. */
function chordLikelihoods(frame: Float64Array, concentration: number): Float64Array {
  return Float64Array.from(CHORDS, ({ pitches }) => {
    const dot = pitches.reduce((sum, pitch) => sum + frame[pitch], 0);
    return pitches.length > 0 ? (concentration * dot) / Math.sqrt(pitches.length) : 0;
  });
}

/** The likeliest states, key * 97 + chord, of all frames. */
function viterbi(likelihoods: readonly Float64Array[], keyChange: number, chordChange: number): number[] {
  const within = CHORD_IN_KEY.map((chords) =>
    Array.from({ length: COUNT }, (_, from) =>
      Float64Array.from(chords, (probability, to) => {
        const stay = 1 - chordChange;
        const move = chordChange * (probability + chords[from] / (COUNT - 1));
        return Math.log((1 - keyChange) * (from === to ? stay : move));
      }),
    ),
  );
  let scores = Float64Array.from({ length: KEYS * COUNT }, (_, state) => {
    const [key, chord] = [Math.floor(state / COUNT), state % COUNT];
    return Math.log(CHORD_IN_KEY[key][chord] / KEYS) + likelihoods[0][chord];
  });
  const history: Int32Array[] = [];
  for (const likelihood of likelihoods.slice(1)) {
    const next = new Float64Array(KEYS * COUNT);
    const from = new Int32Array(KEYS * COUNT);
    const bestOfKey = Array.from({ length: KEYS }, (_, key) =>
      bestState(scores, key * COUNT, (key + 1) * COUNT),
    );
    for (let key = 0; key < KEYS; key++) {
      const others = bestOfKey.filter((_, other) => other !== key);
      const outside = others.reduce((a, b) => (scores[b] > scores[a] ? b : a));
      const outsideScore = scores[outside] + Math.log(keyChange / (KEYS - 1));
      for (let chord = 0; chord < COUNT; chord++) {
        let best = outside;
        let bestScore = outsideScore + Math.log(CHORD_IN_KEY[key][chord]);
        for (let previous = 0; previous < COUNT; previous++) {
          const score = scores[key * COUNT + previous] + within[key][previous][chord];
          if (score > bestScore) {
            best = key * COUNT + previous;
            bestScore = score;
          }
        }
        next[key * COUNT + chord] = bestScore + likelihood[chord];
        from[key * COUNT + chord] = best;
      }
    }
    scores = next;
    history.push(from);
  }
  const path = [bestState(scores, 0, scores.length)];
  for (const from of history.reverse()) path.push(from[path[path.length - 1]]);
  return path.reverse();
}

function bestState(scores: Float64Array, start: number, end: number): number {
  let best = start;
  for (let state = start + 1; state < end; state++) if (scores[state] > scores[best]) best = state;
  return best;
}

/**
 * @param sequence quantised by beats
 * @returns a copy with a chord symbol wherever the chord changes, in place of those it had
 * @throws SEQUENCE_NOT_QUANTIZED, METER_CHANGES, OPTION_INVALID for other meters and more than 1000 frames
 */
export function inferChords(sequence: NoteSequence, options: ChordInferenceOptions = {}): NoteSequence {
  const { keyChangeProbability = 0.001, chordChangeProbability = 0.5, concentration = 100 } = options;
  requireStepsPerQuarter(sequence);
  const edges = frameEdges(sequence, options.chordsPerBar);
  const count = edges.length - 1;
  if (count > MAX_FRAMES) {
    throw new TimbrelError(
      'OPTION_INVALID',
      `The sequence has ${count} frames; expected at most ${MAX_FRAMES}`,
    );
  }
  const others = (sequence.textAnnotations ?? []).filter((annotation) => !isChordSymbol(annotation));
  if (count < 1) return { ...sequence, textAnnotations: others };
  const likelihoods = pitchClassFrames(sequence, edges).map((frame) =>
    chordLikelihoods(frame, concentration),
  );
  const path = viterbi(likelihoods, keyChangeProbability, chordChangeProbability);
  const secondsPerStep = stepLength(sequence.quantizationInfo, singleTempo(sequence).qpm);
  const symbols = path.map((state) => CHORDS[state % COUNT].symbol);
  const inferred = symbols.flatMap((text, i) =>
    text === symbols[i - 1]
      ? []
      : [{ time: edges[i] * secondsPerStep, quantizedStep: edges[i], text, annotationType: CHORD_SYMBOL }],
  );
  return { ...sequence, textAnnotations: [...others, ...inferred] };
}
