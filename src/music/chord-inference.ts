/**
 * Chords and keys of a piece that says none (note_seq/chord_inference.py): a hidden Markov model whose states are a key and a
 * chord each, and the likeliest way through them (Viterbi).
 */
import { checkedOptions, type OptionNames } from '../errors/check-arguments.js';
import { TimbrelError } from '../errors/timbrel-error.js';
import { hasTimes, withLeftOut } from './left-out.js';
import { byTime, singleMeter, singleTempo } from './meter.js';
import {
  CHORD_SYMBOL,
  MAJOR,
  NO_CHORD,
  isBeat,
  isChordSymbol,
  isUnpitchedProgram,
  type NoteSequence,
} from './note-sequence.js';
import { quantizedNotes, requireStepsPerQuarter, stepLength, stepsPerBar, totalSteps } from './steps.js';
import { totalSeconds } from './timed-events.js';

export interface ChordInferenceOptions {
  /** Default: two in 4/4 and 6/8, one in 2/2, 2/4 and 3/4; other meters need beat annotations or this. */
  readonly chordsPerBar?: number;
  /** Between frames, default 0.001. */
  readonly keyChangeProbability?: number;
  /** Between frames of one key, default 0.5. */
  readonly chordChangeProbability?: number;
  /** The weight of the pitches against the likelihood of the chord, default 100. */
  readonly concentration?: number;
  /** Write the keys too, in place of those it had; default false. A key stands for its relative minor as well. */
  readonly addKeySignatures?: boolean;
}

const CHORD_INFERENCE_OPTIONS: OptionNames<ChordInferenceOptions> = {
  chordsPerBar: true,
  keyChangeProbability: true,
  chordChangeProbability: true,
  concentration: true,
  addKeySignatures: true,
};

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

/** A place where one chord may end and another begin. */
interface Edge {
  /** Seconds. */
  readonly time: number;
  /** Undefined where the sequence has no steps. */
  readonly step?: number;
}

/** Frames begin at 0 and at each beat; the last edge is the end. */
function beatEdges(sequence: NoteSequence): Edge[] {
  const end = totalSeconds(sequence);
  const edges = (sequence.textAnnotations ?? [])
    .filter(isBeat)
    .map(({ time = 0, quantizedStep: step = 0 }) => (sequence.quantizationInfo ? { time, step } : { time }))
    .filter(({ time }) => time > 0 && time < end)
    .sort(byTime)
    .filter(({ time }, i, all) => time !== all[i - 1]?.time);
  const start = sequence.quantizationInfo ? { time: 0, step: 0 } : { time: 0 };
  return end > 0 ? [start, ...edges, { time: end }] : [start];
}

/** Frames divide each bar equally; the last edge is the end. */
function barEdges(sequence: NoteSequence, chordsPerBar: number | undefined): Edge[] {
  const secondsPerStep = stepLength(sequence.quantizationInfo, singleTempo(sequence).qpm);
  const { numerator, denominator } = singleMeter(sequence);
  const perBar = chordsPerBar ?? CHORDS_PER_BAR[`${numerator}/${denominator}`];
  const frame = stepsPerBar(sequence) / perBar;
  if (!(Number.isInteger(frame) && frame > 0)) {
    throw new TimbrelError(
      'OPTION_INVALID',
      `chordsPerBar is ${perBar} in ${numerator}/${denominator}; expected a number that divides the steps of a bar, ` +
        'or annotations of beats',
    );
  }
  const end = totalSeconds(sequence);
  const count = Math.ceil(end / (frame * secondsPerStep));
  return [
    ...Array.from({ length: count }, (_, i) => ({ time: i * frame * secondsPerStep, step: i * frame })),
    { time: end },
  ];
}

/** The same notes and annotations in seconds, also where only their steps are given. */
function timed(sequence: NoteSequence): NoteSequence {
  const given = withLeftOut(sequence);
  if (!given.quantizationInfo || hasTimes(given)) return given;
  const secondsPerStep = stepLength(given.quantizationInfo, singleTempo(given).qpm);
  const annotations = given.textAnnotations?.map((annotation) => ({
    ...annotation,
    time: (annotation.quantizedStep ?? 0) * secondsPerStep,
  }));
  return {
    ...given,
    notes: quantizedNotes(given).map((note) => ({
      ...note,
      startTime: note.quantizedStartStep * secondsPerStep,
      endTime: note.quantizedEndStep * secondsPerStep,
    })),
    totalTime: totalSteps(given) * secondsPerStep,
    ...(annotations && { textAnnotations: annotations }),
  };
}

/** [frames][12] Seconds that each pitch class sounds, scaled to length 1. */
function pitchClassFrames({ notes }: NoteSequence, edges: readonly Edge[]): Float64Array[] {
  const frames = edges.slice(1).map(() => new Float64Array(12));
  for (const { pitch, isDrum, program = 0, startTime = 0, endTime = 0 } of notes) {
    if (isDrum || isUnpitchedProgram(program)) continue;
    frames.forEach((frame, i) => {
      const overlap = Math.min(edges[i + 1].time, endTime) - Math.max(edges[i].time, startTime);
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

/** The values that differ from the one before, with their indices. */
const changes = <T>(values: readonly T[]) =>
  values.flatMap((value, i) => (i > 0 && value === values[i - 1] ? [] : [{ value, i }]));

/**
 * @param sequence quantised by beats, or with annotations of beats, which come first unless `chordsPerBar` is given
 * @returns a copy with a chord symbol wherever the chord changes, in place of those it had
 * @throws SEQUENCE_NOT_QUANTIZED without beats, METER_CHANGES, OPTION_INVALID for other meters and more than 1000 frames
 */
export function inferChords(sequence: NoteSequence, options: ChordInferenceOptions = {}): NoteSequence {
  checkedOptions(options, CHORD_INFERENCE_OPTIONS);
  const { keyChangeProbability = 0.001, chordChangeProbability = 0.5, concentration = 100 } = options;
  const { chordsPerBar, addKeySignatures = false } = options;
  const hasBeats = chordsPerBar === undefined && (sequence.textAnnotations?.some(isBeat) ?? false);
  if (!hasBeats) requireStepsPerQuarter(sequence);
  const played = timed(sequence);
  const edges = hasBeats ? beatEdges(played) : barEdges(played, chordsPerBar);
  const count = edges.length - 1;
  if (count > MAX_FRAMES) {
    throw new TimbrelError(
      'OPTION_INVALID',
      `The sequence has ${count} frames; expected at most ${MAX_FRAMES}`,
    );
  }
  const others = (sequence.textAnnotations ?? []).filter((annotation) => !isChordSymbol(annotation));
  if (count < 1) return { ...sequence, textAnnotations: others };
  const likelihoods = pitchClassFrames(played, edges).map((frame) => chordLikelihoods(frame, concentration));
  const path = viterbi(likelihoods, keyChangeProbability, chordChangeProbability);
  const inferred = changes(path.map((state) => CHORDS[state % COUNT].symbol)).map(({ value: text, i }) => {
    const { time, step } = edges[i];
    return { time, ...(step !== undefined && { quantizedStep: step }), text, annotationType: CHORD_SYMBOL };
  });
  const keys = changes(path.map((state) => Math.floor(state / COUNT)));
  return {
    ...sequence,
    textAnnotations: [...others, ...inferred],
    ...(addKeySignatures && {
      keySignatures: keys.map(({ value: key, i }) => ({ time: edges[i].time, key, mode: MAJOR })),
    }),
  };
}
